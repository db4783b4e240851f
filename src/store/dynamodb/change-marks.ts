import type { Position } from '../report-store.ts'
import type { ItemKey } from './item-keys.ts'
import { byItem, type MarkedTogether, type MarksItem, placeInGroup, readMarksItem, replaceMarks } from './marks.ts'
import { type GroupMarks, withChanged } from './packed-marks.ts'
import { placeOf } from './position-number.ts'
import type { Confirm } from './request-sender.ts'
import type { TableClient } from './table-client.ts'

/** What a batch is to the marks of builds. */
export interface Marking {
  readonly from: Position
  readonly to: Position
  readonly confirm: Confirm
}

/**
 * Marks builds as changed by batches. As a worker has written an item of marks it mostly still is when the next batch comes, and then is not
 * read: its version tells whether it is.
 */
export class ChangeMarks {
  readonly #table: TableClient
  readonly #known = new Map<string, MarksItem>()

  constructor(table: TableClient) {
    this.#table = table
  }

  /** Before anything is added to them. Gives those that have a mark; the others take nothing. */
  async mark(stream: string, builds: readonly number[], marking: Marking): Promise<ReadonlySet<number>> {
    const there = await Promise.all(byItem(stream, builds).map((those) => this.#markTogether(those, marking)))
    return new Set(there.flat())
  }

  async #markTogether({ key, builds }: MarkedTogether, marking: Marking): Promise<readonly number[]> {
    const name = `${key.pk} ${key.sk}`
    const known = this.#known.get(name)
    let item = known ?? (await this.#read(name, key))
    for (let isRead = known === undefined; ; isRead = true) {
      const { there, group, isSure } = markedBy(item, builds, marking)
      if (!isRead && !isSure) {
        item = await this.#read(name, key)
        continue
      }
      if (group === undefined) return there
      const found = await replaceMarks(this.#table, { purpose: 'builds', key, confirm: marking.confirm }, item, group)
      this.#known.set(name, found ?? { version: item.version + 1, group })
      if (found === undefined) return there
      item = found
    }
  }

  async #read(name: string, key: ItemKey): Promise<MarksItem> {
    const item = await readMarksItem(this.#table, key)
    this.#known.set(name, item)
    return item
  }
}

interface Marked {
  readonly there: readonly number[]
  /** What is to be written; undefined where nothing is. */
  readonly group: GroupMarks | undefined
  /** Whether it holds of an item that others may have written since, too, but for what is written, which then fails. */
  readonly isSure: boolean
}

function markedBy({ group }: MarksItem, builds: readonly number[], { from, to }: Marking): Marked {
  const end = placeOf(to)
  const marks = builds.map((build) => group.marks[placeInGroup(build)])
  const there = builds.filter((_, index) => marks[index] !== undefined)
  // At the batch's end already: another worker has begun the same batch; all are marked that it knew.
  const isMarked =
    there.length === 0 ||
    (group.at === end ? marks.every((mark) => mark === undefined || mark.current === end) : group.at > placeOf(from))
  // What is gone stays gone, and what is not made yet may be made.
  const isMade = builds.every((build) => placeInGroup(build) < group.marks.length)
  return {
    there,
    group: isMarked ? undefined : withChanged(group, there.map(placeInGroup), end),
    isSure: isMade && (there.length === 0 || !isMarked),
  }
}
