import { MillraceError } from '../errors.ts'
import { MessageReader } from './message-reader.ts'
import type { Relation, RelationColumn, ReplicaIdentity } from './relation.ts'
import { builtInTypes, valueText } from './value-text.ts'

const identities: Readonly<Record<string, ReplicaIdentity>> = { d: 'default', n: 'nothing', f: 'full', i: 'index' }

/** The tables of a stream as they were announced. */
export class Relations {
  readonly #types = new Map<number, string>()
  readonly #relations = new Map<number, { readonly relation: Relation; readonly announcement: Buffer }>()
  /** Of each partitioned table, the partitions whose before-images are not whole. */
  readonly #partialPartitions = new Map<number, Map<number, Relation>>()
  #announced: Relation | undefined

  /** The relation of a change to a row. */
  changed(oid: number): Relation {
    if (this.#announced !== undefined) this.#assign(this.#announced, oid)
    return this.#get(oid)
  }

  truncated(oids: readonly number[]): Relation[] {
    this.#announced = undefined
    return oids.map((oid) => this.#get(oid))
  }

  /** Undefined where the relation has no partitions, as far as they have changed. */
  partialPartitions(root: Relation): readonly Relation[] | undefined {
    const partitions = this.#partialPartitions.get(root.oid)
    return partitions && [...partitions.values()]
  }

  /** A type outside `pg_catalog`; or a domain, which is announced by the name of the type that it is based on. */
  announceType(bytes: Buffer, at: number): void {
    const reader = new MessageReader(bytes, at + 1)
    const oid = reader.integer()
    const [schema, name] = [reader.text(), reader.text()]
    this.#types.set(oid, isSystem(schema) ? name : `${schema}.${name}`)
  }

  /** The same object as before where nothing has changed, so that whoever prepares for a relation does so once. */
  announce(bytes: Buffer, at: number, end: number): void {
    const former = this.#relations.get(bytes.readUInt32BE(at + 1))
    const isSame =
      former?.announcement.compare(bytes, at, end) === 0 &&
      former.relation.columns.every(({ type, typeOid }) => type === this.#typeName(typeOid))
    const relation = isSame ? former.relation : this.#read(bytes, at)
    if (!isSame) this.#relations.set(relation.oid, { relation, announcement: Buffer.from(bytes.subarray(at, end)) })
    this.#announced = relation
  }

  /**
   * The relation that is announced last before a change is the one that was written to. Where the change is said of another,
   * that is its root, and only the announcement tells which before-images this partition has: what the change itself
   * says of them, it says of the root.
   */
  #assign(written: Relation, changed: number): void {
    this.#announced = undefined
    if (written.oid === changed) return
    const partial = this.#partialPartitions.get(changed) ?? new Map<number, Relation>()
    this.#partialPartitions.set(changed, partial)
    if (written.identity === 'full') partial.delete(written.oid)
    else partial.set(written.oid, written)
  }

  #get(oid: number): Relation {
    const known = this.#relations.get(oid)
    if (known === undefined) throw new MillraceError('INTERNAL', `a change of relation ${oid}, which was not announced`)
    return known.relation
  }

  #read(bytes: Buffer, at: number): Relation {
    const reader = new MessageReader(bytes, at + 1)
    const oid = reader.integer()
    const schema = reader.text() || 'pg_catalog'
    const table = reader.text()
    const identity = identities[String.fromCharCode(reader.byte())] ?? 'nothing'
    const columns = Array.from({ length: reader.short() }, () => this.#readColumn(reader))
    return { oid, schema, table, identity, columns }
  }

  #typeName(oid: number): string {
    return builtInTypes.get(oid) ?? this.#types.get(oid) ?? `the type ${oid} of pg_catalog`
  }

  #readColumn(reader: MessageReader): RelationColumn {
    const isIdentity = (reader.byte() & 1) === 1
    const name = reader.text()
    const typeOid = reader.integer()
    reader.skip(4)
    const type = this.#typeName(typeOid)
    return { name, isIdentity, typeOid, type, text: valueText(type) }
  }
}

/** The protocol writes `pg_catalog` as nothing. */
const isSystem = (schema: string): boolean => schema === '' || schema === 'pg_catalog'
