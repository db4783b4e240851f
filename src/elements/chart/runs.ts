/** Indices of neighbours that a line joins. */
export type Run = readonly number[]

/**
 * Takes a row of values apart where one is missing: a gap is shown as one, and is no zero. Where `isJoined` says so of two
 * neighbours, nothing is missing between them.
 */
export function runsOf(
  values: readonly (number | null)[],
  isJoined: (before: number, after: number) => boolean = () => true,
): readonly Run[] {
  const runs: number[][] = []
  values.forEach((value, at) => {
    if (value === null) return
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run !== undefined && before === at - 1 && isJoined(before, at)) run.push(at)
    else runs.push([at])
  })
  return runs
}
