import { number } from '../store/dynamodb/attributes.ts'
import { expiryAttribute, nameOfValue, valuesPerItem } from '../store/dynamodb/counter-item.ts'
import { counterSortKey, isLong } from '../store/dynamodb/counter-key.ts'
import { buildPartition, marksPerItem } from '../store/dynamodb/item-keys.ts'
import { type AttributeValue, bytesOfItem } from './dynamodb-bytes.ts'
import { type CounterItem, type ItemLayout, unitsOf } from './item-layout.ts'

/** Of a database that has written ten terabytes of log. */
export const position = { N: '10995116277761' } as const
/** Builds are numbered: those of a deployment that has been for a while have some digits. */
const buildNumber = 10_000
const stream = 'main'

/** A counter's item as the store writes it (`counter-item.ts` there) once its build is read. */
export function itemOf({ tenant, sort, part, values, added, expiresAt }: CounterItem): Record<string, AttributeValue> {
  const item: Record<string, AttributeValue> = {
    pk: { S: buildPartition(stream, { tenant, number: buildNumber }) },
    sk: { S: counterSortKey(sort, part) },
    p: position,
    d: { S: added.map((value) => (value === 0n ? '' : value.toString())).join() },
  }
  values.forEach((value, place) => {
    if (value !== 0n) item[nameOfValue(place)] = number(value) as AttributeValue
  })
  if (isLong(sort)) item.k = { S: sort }
  if (expiresAt !== undefined) item[expiryAttribute] = { N: expiresAt.toString() }
  return item
}

/** How the store on DynamoDB writes counters. */
export const tableLayout: ItemLayout = {
  valuesPerItem,
  bytes: (item) => bytesOfItem(itemOf(item)),
  unitsOfFlush(changed, builds) {
    const marks = Math.ceil(builds / marksPerItem)
    const ofMark = builds / marks
    const share = Math.min(1, changed / builds)
    const touched = marks * (1 - (1 - share) ** ofMark)
    return unitsOfProgress + touched * unitsOf(bytesOfMarks + ofMark * (bytesOfBusy + (1 - share) * bytesOfIdle))
  },
  // The directory of the tenant's report, the stream's position, and the build's mark.
  unitsPerRead: 3,
}

/** A batch is declared, and then advanced past. */
const unitsOfProgress = 2
/** When builds changed is said of some together, in an item of their own: of each in two bits, and where it last changed if that is not just now. */
const bytesOfMarks = 55
const bytesOfBusy = 1 / 4
const bytesOfIdle = 5
