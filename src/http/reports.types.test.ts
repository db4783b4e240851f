import { expectTypeOf, test } from 'vitest'
import { person } from '../../test/http/sample.ts'
import type { sampleCatalog } from '../../test/http/sample-catalog.ts'
import type { AnyReports, Reports } from './reports.ts'
import type { Problem, ReportAnswer } from './wire.ts'

declare const reports: Reports<typeof sampleCatalog>
const viewer = person('acme', [])

test('a report’s rows follow from its definition', () => {
  const read = () => reports.read(viewer, 'booking-comparison', {})
  expectTypeOf<Awaited<ReturnType<typeof read>>['rows'][number]>().toEqualTypeOf<{
    bookings: { current: number; previous: number }
    revenue: { current: string; previous: string }
    mean: { current: string | null; previous: string | null }
    revenueGrowth: string | null
  }>()
  const raw = () =>
    reports.read(viewer, 'revenue-by-channel', { from: '2026-11-01', to: null, least: null, status: null })
  expectTypeOf<Awaited<ReturnType<typeof raw>>['rows'][number]>().toEqualTypeOf<{
    channel: string
    bookings: number
    revenue: string | null
    share: number | null
    key: string | null
    large: boolean | null
  }>()
})

test('each of several results has the type of its report', () => {
  const readMany = () =>
    reports.readMany(viewer, [
      { report: 'bookings-between', params: { from: '2026-11-01', to: '2026-11-02', status: 'kept' } },
      { report: 'active-findings' },
    ])
  type Results = Awaited<ReturnType<typeof readMany>>
  expectTypeOf<Results['length']>().toEqualTypeOf<2>()
  expectTypeOf<Results[0]>().toEqualTypeOf<
    | {
        readonly report: 'bookings-between'
        readonly answer: ReportAnswer<'bookings-between', { time: string; bookings: number }>
      }
    | { readonly report: 'bookings-between'; readonly problem: Problem }
  >()
})

test('the names are those of the catalog', () => {
  expectTypeOf<ReturnType<typeof reports.list>[number]['name']>().toEqualTypeOf<
    'active-findings' | 'booking-comparison' | 'bookings-between' | 'revenue-by-channel'
  >()
  expectTypeOf<typeof reports>().toExtend<AnyReports>()
})

test('misuse does not compile', () => {
  expectTypeOf(misuse).toBeFunction()
})

/** Never run: each line must fail to compile. */
function misuse() {
  // @ts-expect-error no such report
  reports.read(viewer, 'no-such-report', {})
  // @ts-expect-error a period’s days are required
  reports.read(viewer, 'bookings-between', {})
  // @ts-expect-error not a status
  reports.read(viewer, 'bookings-between', { from: '2026-11-01', to: '2026-11-02', status: 'lost' })
  // @ts-expect-error no such report among several
  reports.readMany(viewer, [{ report: 'no-such-report' }])
  // @ts-expect-error parameters that are required are not left out among several
  reports.readMany(viewer, [{ report: 'bookings-between' }])
  // @ts-expect-error no such report to describe
  reports.describe(viewer, 'no-such-report')
}
