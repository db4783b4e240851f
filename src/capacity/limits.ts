/** What one partition key serves, in units per second; from the developer guide of DynamoDB. */
export const keyLimits = { writeUnitsPerSecond: 1_000, readUnitsPerSecond: 3_000 } as const

/** Where a limit is near: beyond, requests begin to be throttled at times. */
export const near = 0.7

/** What a table on demand serves as soon as it is made; later twice its former peak. */
export const newTableWriteUnitsPerSecond = 4_000

/** The larger of the shares of the limits that a key takes. */
export const shareOfLimits = (key: {
  readonly writeUnitsPerSecond: number
  readonly readUnitsPerSecond: number
}): number =>
  Math.max(
    key.writeUnitsPerSecond / keyLimits.writeUnitsPerSecond,
    key.readUnitsPerSecond / keyLimits.readUnitsPerSecond,
  )
