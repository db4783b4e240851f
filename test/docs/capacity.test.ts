import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { backOffice } from '../../examples/back-office/catalog.ts'
import { estimateCapacity } from '../../src/capacity/capacity.ts'
import { completeLoad } from '../../src/capacity/complete-load.ts'
import { readGivenLoad } from '../../src/capacity/given-load.ts'
import { listPrices } from '../../src/capacity/prices.ts'
import { tableLayout } from '../../src/capacity/table-layout.ts'
import { capacityText } from '../../src/cli/capacity-text.ts'
import type { AnyReport } from '../../src/report/catalog.ts'
import type { ReportDefinition } from '../../src/report/report.ts'

test('the example of the cost page is what the command prints for the demo', () => {
  const file = 'examples/back-office/capacity.json'
  const given = readGivenLoad(JSON.parse(readFileSync(file, 'utf8')), file)
  const all: readonly AnyReport[] = backOffice.reports
  const reports = all.filter((report): report is ReportDefinition => report.node === 'report')
  const load = completeLoad(given, reports)
  const estimate = { load, reports, layout: tableLayout, flushMilliseconds: 1_000, shards: () => 1 }
  const capacity = estimateCapacity(estimate, listPrices)
  const printed = capacityText(
    { capacity, load, given, measured: [], prices: listPrices },
    { isTerminal: false, write: () => {}, paint: (_, text) => text },
  )
  const page = readFileSync('docs/operations/dynamodb-cost.md', 'utf8')
  // On a difference: what is to stand there.
  expect(page.includes(printed) ? printed : page).toBe(printed)
}, 300_000)
