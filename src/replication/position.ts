/**
 * A place in the source's commit order: the `end_lsn` of a commit record as 16 lower-case hex digits, so that text order is
 * commit order. Never the commit's own LSN: a snapshot at "that or before" would lose a transaction now and then.
 */
export type Position = string

/** Before every transaction. */
export const firstPosition: Position = '0'.repeat(16)

const lsnText = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i
const positionText = /^[0-9a-f]{16}$/

/** From PostgreSQL's own text of an LSN, such as `16/B374D848`. Throws a RangeError for anything else. */
export function positionOfLsn(text: string): Position {
  const [, high, low] = lsnText.exec(text) ?? []
  if (high === undefined || low === undefined) throw new RangeError('not an LSN')
  return `${high.padStart(8, '0')}${low.padStart(8, '0')}`.toLowerCase()
}

/** As PostgreSQL writes it, without leading zeroes. */
export function lsnOf(position: Position): string {
  validate(position)
  const half = (from: number) => position.slice(from, from + 8).replace(/^0{1,7}/, '')
  return `${half(0)}/${half(8)}`.toUpperCase()
}

export function positionOfNumber(lsn: bigint): Position {
  if (lsn < 0n || lsn >= 1n << 64n) throw new RangeError('not an LSN')
  return lsn.toString(16).padStart(16, '0')
}

export function numberOf(position: Position): bigint {
  validate(position)
  return BigInt(`0x${position}`)
}

/** Of eight bytes, as the replication protocol has an LSN. */
export const readPosition = (bytes: Buffer, at: number): Position => bytes.toString('hex', at, at + 8)

/** How many bytes of the log lie between two positions; negative where `to` is before `from`. */
export const bytesBetween = (from: Position, to: Position): number => Number(numberOf(to) - numberOf(from))

function validate(position: Position): void {
  if (!positionText.test(position)) throw new RangeError('not a position')
}
