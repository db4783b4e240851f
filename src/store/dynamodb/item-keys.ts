import { createHash } from 'node:crypto'
import type { BuildId } from '../report-store.ts'

/** The table's key: `pk` is the partition key, `sk` the sort key, both texts. */
export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** Characters of a part that stand in a key as they are; four parts of four bytes each are below the 2,048 bytes of a partition key. */
const wholeCharacters = 90

export const hashOf = (value: string): string => createHash('sha256').update(value).digest('base64url')

/**
 * One part of a key, so that no two texts have the same and none holds what separates them (T6). A long one is its head and a hash,
 * which `%%` tells from every short one.
 */
export function keyPart(value: string): string {
  const written = value.replace(/[%#]/g, (c) => (c === '%' ? '%25' : '%23'))
  if (written.length <= wholeCharacters) return written
  const head = [...written.slice(0, 2 * wholeCharacters)].slice(0, wholeCharacters)
  return head.length < wholeCharacters ? written : `${head.join('')}%%${hashOf(value)}`
}

export const progressKey = (stream: string): ItemKey => ({ pk: `s#${keyPart(stream)}`, sk: 'progress' })

/** Of each tenant and report, which builds there are. */
export const directoryPartition = (stream: string): string => `s#${keyPart(stream)}#builds`
export const tenantPrefix = (tenant: string): string => `${keyPart(tenant)}#`
export const directoryKey = (stream: string, tenant: string, report: string): ItemKey => ({
  pk: directoryPartition(stream),
  sk: tenantPrefix(tenant) + keyPart(report),
})

export const requestsPartition = (stream: string): string => `s#${keyPart(stream)}#requests`
export const gonePartition = (stream: string): string => `s#${keyPart(stream)}#gone`
export const goneKey = (stream: string, build: number): ItemKey => ({
  pk: gonePartition(stream),
  sk: build.toString().padStart(16, '0'),
})

/** How many builds share an item that says when they changed: as many as a kilobyte has room for, with five bytes for each and some. */
export const marksPerItem = 180
export const marksKey = (stream: string, build: number): ItemKey => ({
  pk: `s#${keyPart(stream)}#changed`,
  sk: Math.floor(build / marksPerItem).toString(),
})
/** From a number on: the first whose item no build has a mark in that has a lower one. */
export const firstOfMarks = (number: number): number =>
  number === 1 ? number : Math.ceil(number / marksPerItem) * marksPerItem

/**
 * T6: it begins with the tenant, so that a policy of IAM may bind a role to what is one tenant's (`dynamodb:LeadingKeys`). The report has
 * no part in it, since every item of every counter would pay for that: within a stream no two builds have one number, nor ever had.
 */
export function buildPartition(stream: string, { tenant, number }: Omit<BuildId, 'report'>, shard = 0): string {
  const whole = `t#${keyPart(tenant)}#${keyPart(stream)}#${number}`
  return shard === 0 ? whole : `${whole}#${shard}`
}

/** The number of the build whose partition key it is; undefined where it is none of the stream. */
export function buildOfPartition(stream: string, pk: string): number | undefined {
  const [tenants, , streamPart, number] = pk.split('#')
  return tenants === 't' && streamPart === keyPart(stream) ? Number(number) : undefined
}

export const definitionKey = (stream: string, build: BuildId): ItemKey => ({
  pk: buildPartition(stream, build),
  sk: 'definition',
})

/** Among the partition keys of a build, where a counter is. */
export function shardOf(sort: string, shards: number): number {
  if (shards <= 1) return 0
  let hash = 0x811c9dc5
  for (let i = 0; i < sort.length; i++) hash = Math.imul(hash ^ sort.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}
