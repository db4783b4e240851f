import type { MachineLoad } from './machine-load.ts'

/**
 * Says whether what a measurement is for holds. What does not hold beside other programs on the machine is not told by it: they take
 * from one side and the other at different times.
 */
export function printVerdict(holds: boolean, claim: string, { others, isQuiet }: MachineLoad): void {
  const verdict = holds ? 'HOLDS' : isQuiet ? 'DOES NOT HOLD' : 'CANNOT BE TOLD'
  console.log(`\n  ${verdict}: ${claim}`)
  if (!isQuiet) console.log(`  This machine is not quiet: other programs had ${(others * 100).toFixed(0)} % of it.`)
}
