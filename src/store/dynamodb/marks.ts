import { MillraceError } from '../../errors.ts'
import type { Position } from '../report-store.ts'
import { type Item, number, numberOf, refuseNewer, textOf } from './attributes.ts'
import type { Purpose } from './capacity.ts'
import { type ItemKey, marksKey, marksPerItem } from './item-keys.ts'
import { type GroupMarks, noMarks, pack, unpack, withNew, without } from './packed-marks.ts'
import { persist } from './persist.ts'
import { placeIn, placeOf, positionOf } from './position-number.ts'
import type { Confirm } from './request-sender.ts'
import type { TableClient, Written } from './table-client.ts'

/*
 * When each build has changed, of 180 builds in one item: `m` is as `packed-marks.ts` has it, `p` and `q` are the places that it speaks of,
 * and `v` rises with every change. A build without a mark takes no additions and is not read: it was dropped or stopped. An item is written
 * as a whole by who knows its `v`, and is never deleted, so that nothing that comes late brings back a mark that is gone, or takes one away.
 */

/** An item of marks as it was read, or written. */
export interface MarksItem {
  /** Zero where there is none. */
  readonly version: number
  readonly group: GroupMarks
}

/** Builds of one item. */
export interface MarkedTogether {
  readonly key: ItemKey
  readonly builds: readonly number[]
}

export const placeInGroup = (build: number): number => build % marksPerItem

export function byItem(stream: string, builds: readonly number[]): MarkedTogether[] {
  const items = new Map<string, { readonly key: ItemKey; readonly builds: number[] }>()
  for (const build of builds) {
    const key = marksKey(stream, build)
    const those = items.get(key.sk)
    if (those === undefined) items.set(key.sk, { key, builds: [build] })
    else those.builds.push(build)
  }
  return [...items.values()]
}

function marksItemOf(item: Item | undefined): MarksItem {
  if (item === undefined) return { version: 0, group: noMarks }
  refuseNewer(item, 'f')
  const packed = item.m?.B as Uint8Array
  return { version: numberOf(item, 'v') ?? 0, group: unpack(packed, placeIn(item, 'p'), placeIn(item, 'q')) }
}

export const readMarksItem = async (table: TableClient, key: ItemKey): Promise<MarksItem> =>
  marksItemOf(await table.get('builds', key))

/** Undefined once it is written; else what is there in its stead, also where that is what this wrote and its answer was lost. */
export async function replaceMarks(
  table: TableClient,
  { purpose, key, confirm }: { readonly purpose: Purpose; readonly key: ItemKey; readonly confirm?: Confirm },
  { version }: MarksItem,
  group: GroupMarks,
): Promise<MarksItem | undefined> {
  const written: Written = await table.update(
    {
      ...{ purpose, key, confirm },
      condition: version === 0 ? 'attribute_not_exists(pk)' : 'v = :v',
      values: {
        ...(version > 0 && { ':v': number(version) }),
        ...{ ':n': number(version + 1), ':p': number(group.at), ':q': number(group.before), ':m': { B: pack(group) } },
      },
    },
    'SET v=:n,p=:p,q=:q,m=:m',
  )
  if (written.isDone) return undefined
  return written.item === undefined ? readMarksItem(table, key) : marksItemOf(written.item)
}

/** Of builds that are about to be opened, whose numbers are nobody else's. Once: what is made is never made again. */
export async function makeMarks(table: TableClient, stream: string, builds: readonly number[]): Promise<void> {
  for (const { key, builds: those } of byItem(stream, builds)) {
    const places = those.map(placeInGroup)
    await changeMarks(table, 'builds', key, (group) => {
      if (group.marks.length <= (places[0] as number)) return withNew(group, places)
      if (places.every((place) => group.marks[place] !== undefined)) return undefined
      throw new MillraceError('STORE_CONFLICT', 'other builds are recorded at the same time')
    })
  }
}

export async function removeMarks(table: TableClient, stream: string, builds: readonly number[]): Promise<void> {
  for (const { key, builds: those } of byItem(stream, builds)) {
    const places = those.map(placeInGroup)
    await changeMarks(table, 'sweep', key, (group) =>
      places.some((place) => group.marks[place] !== undefined) ? without(group, places) : undefined,
    )
  }
}

/** `change` gives undefined where nothing is to be done. */
async function changeMarks(
  table: TableClient,
  purpose: Purpose,
  key: ItemKey,
  change: (group: GroupMarks) => GroupMarks | undefined,
): Promise<void> {
  let known = await readMarksItem(table, key)
  await persist(async () => {
    const group = change(known.group)
    if (group === undefined) return true
    const found = await replaceMarks(table, { purpose, key }, known, group)
    if (found === undefined) return true
    known = found
    return undefined
  }, 'when builds changed is written by too many at once')
}

export async function readMarks(table: TableClient, stream: string, builds: readonly number[]): Promise<Marks> {
  const [first, ...more] = byItem(stream, builds).map(({ key }) => key)
  if (first === undefined) return new Marks([])
  if (more.length > 0) return new Marks(await table.getMany('builds', [first, ...more]))
  const item = await table.get('builds', first)
  return new Marks(item === undefined ? [] : [item])
}

export class Marks {
  readonly #groups = new Map<string, GroupMarks>()

  constructor(items: readonly Item[]) {
    for (const item of items) this.#groups.set(textOf(item, 'sk') as string, marksItemOf(item).group)
  }

  has(build: number): boolean {
    return this.#groups.get(marksKey('', build).sk)?.marks[placeInGroup(build)] !== undefined
  }

  /** When a build had last changed, as of a position that was read before; `gone` where it was dropped or stopped, `later` where it cannot be told any more. */
  at(position: Position, { number: build, startsAt }: { readonly number: number; readonly startsAt: Position }) {
    const mark = this.#groups.get(marksKey('', build).sk)?.marks[placeInGroup(build)]
    if (mark === undefined) return { changed: 'gone' } as const
    const place = placeOf(position)
    const found = mark.current <= place ? mark.current : mark.former <= place ? mark.former : undefined
    if (found === undefined) return { changed: 'later' } as const
    const changed = positionOf(found)
    return { changed: 'at', position: changed > startsAt ? changed : startsAt } as const
  }
}
