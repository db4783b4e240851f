import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { MillraceError } from '../../errors.ts'
import { origin, type Position } from '../report-store.ts'
import { format, type Item, number, refuseNewer, text, textOf } from './attributes.ts'
import { type ItemKey, marksKey, marksPerItem } from './item-keys.ts'
import type { Confirm } from './request-sender.ts'
import type { TableClient } from './table-client.ts'

/*
 * When each build has changed: `c17` is the end of the last batch that added to build 17, `q17` that of the one before. A build without
 * a mark takes no additions and is not read: it was dropped or stopped. Marks are made once (`top_number`), so that nothing that comes
 * late brings one back.
 */

const byItem = (builds: readonly number[]): number[][] => {
  const items = new Map<number, number[]>()
  for (const build of builds) {
    const at = Math.floor(build / marksPerItem)
    const those = items.get(at)
    if (those === undefined) items.set(at, [build])
    else those.push(build)
  }
  return [...items.values()]
}

/** Of builds that are about to be opened, whose numbers are nobody else's. */
export async function makeMarks(table: TableClient, stream: string, builds: readonly number[]): Promise<void> {
  for (const those of byItem(builds)) {
    const key = marksKey(stream, those[0] as number)
    const made = await table.update(
      {
        purpose: 'builds',
        key,
        condition: 'attribute_not_exists(top_number) OR top_number < :first',
        values: {
          ...{ ':first': number(those[0] as number), ':top': number(those.at(-1) as number) },
          ...{ ':origin': text(origin), ':format': number(format) },
        },
      },
      `SET top_number = :top, item_format = :format, ${those.map((build) => `c${build} = :origin`).join(', ')}`,
    )
    if (made.isDone) continue
    const item = await table.get('builds', key)
    if (item === undefined || !those.every((build) => item[`c${build}`] !== undefined))
      throw new MillraceError('STORE_CONFLICT', 'other builds are recorded at the same time')
  }
}

export async function removeMarks(table: TableClient, stream: string, builds: readonly number[]): Promise<void> {
  for (const those of byItem(builds)) {
    const names = those.flatMap((build) => [`c${build}`, `q${build}`])
    const key = marksKey(stream, those[0] as number)
    await table.update({ purpose: 'sweep', key, condition: 'attribute_exists(pk)' }, `REMOVE ${names.join(', ')}`)
  }
}

/** Marks builds as changed by a batch, before anything is added to them. Those that are there; the others take nothing. */
export async function markChanged(
  table: TableClient,
  stream: string,
  builds: readonly number[],
  { from, to }: { readonly from: Position; readonly to: Position },
  confirm: Confirm,
): Promise<ReadonlySet<number>> {
  const there = new Set(builds)
  await Promise.all(
    byItem(builds).map(async (those) => {
      const key = marksKey(stream, those[0] as number)
      for (let left = those; left.length > 0; ) {
        const write = { purpose: 'builds' as const, key, confirm, ...markOnce(left, from, to) }
        const marked = await table.update(write, write.update)
        if (marked.isDone) return
        const item = marked.item ?? (await table.get('builds', key)) ?? {}
        refuseNewer(item)
        for (const build of left) if (item[`c${build}`] === undefined) there.delete(build)
        const mustBeMarked = (mark: string | undefined): boolean => mark !== undefined && mark <= from
        left = left.filter((build) => mustBeMarked(textOf(item, `c${build}`)))
      }
    }),
  )
  return there
}

function markOnce(builds: readonly number[], from: Position, to: Position) {
  const values: Record<string, AttributeValue> = { ':from': text(from), ':to': text(to) }
  return {
    update: `SET ${builds.map((build) => `q${build}=c${build},c${build}=:to`).join(',')}`,
    condition: builds.map((build) => `c${build}<=:from`).join(' AND '),
    values,
  }
}

export async function readMarks(table: TableClient, stream: string, builds: readonly number[]): Promise<Marks> {
  const keys = new Map<string, ItemKey>()
  for (const build of builds) {
    const key = marksKey(stream, build)
    keys.set(key.sk, key)
  }
  const [first, ...more] = [...keys.values()]
  if (first === undefined) return new Marks([])
  if (more.length > 0) return new Marks(await table.getMany('builds', [first, ...more]))
  const item = await table.get('builds', first)
  return new Marks(item === undefined ? [] : [item])
}

export class Marks {
  readonly #items = new Map<string, Item>()

  constructor(items: readonly Item[]) {
    for (const item of items) {
      refuseNewer(item)
      this.#items.set(textOf(item, 'sk') as string, item)
    }
  }

  /** When a build had last changed, as of a position that was read before; `gone` where it was dropped or stopped, `later` where it cannot be told any more. */
  at(position: Position, { number: build, startsAt }: { readonly number: number; readonly startsAt: Position }) {
    const item = this.#items.get(marksKey('', build).sk) ?? {}
    const [current, former] = [textOf(item, `c${build}`), textOf(item, `q${build}`) ?? origin]
    if (current === undefined) return { changed: 'gone' } as const
    const found = current <= position ? current : former <= position ? former : undefined
    if (found === undefined) return { changed: 'later' } as const
    return { changed: 'at', position: found > startsAt ? found : startsAt } as const
  }
}
