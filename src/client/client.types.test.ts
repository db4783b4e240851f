import { expectTypeOf, test } from 'vitest'
import type { sampleCatalog } from '../../test/http/sample-catalog.ts'
import type { Problem, ReadResult, ReportAnswer } from '../http/wire.ts'
import { client } from './client.ts'

const reports = client<typeof sampleCatalog>({ endpoint: '/analytics' })

test('a report’s rows follow from its definition', () => {
  const read = () => reports.read('booking-comparison')
  expectTypeOf<Awaited<ReturnType<typeof read>>['rows'][number]>().toEqualTypeOf<{
    bookings: { current: number; previous: number }
    revenue: { current: string; previous: string }
    mean: { current: string | null; previous: string | null }
    revenueGrowth: string | null
  }>()
})

test('each of several results has the type of its report', () => {
  const readMany = () =>
    reports.readMany([
      { report: 'bookings-between', params: { from: '2026-11-01', to: '2026-11-02', status: ['kept', 'canceled'] } },
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
  expectTypeOf<Awaited<ReturnType<typeof reports.list>>[number]['name']>().toEqualTypeOf<
    'active-findings' | 'booking-comparison' | 'bookings-between' | 'revenue-by-channel'
  >()
})

test('without a catalog names and values are any', () => {
  const any = client({ endpoint: '/analytics' })
  const read = () => any.read('whatever', { from: '2026-11-01' })
  expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<ReportAnswer<'whatever'>>()
  expectTypeOf<Awaited<ReturnType<typeof any.readMany>>>().toEqualTypeOf<readonly ReadResult[]>()
})

test('misuse does not compile', () => {
  expectTypeOf(misuse).toBeFunction()
})

/** Never run: each line must fail to compile. */
function misuse() {
  // @ts-expect-error no such report
  reports.read('no-such-report')
  // @ts-expect-error a period’s days are required
  reports.read('bookings-between')
  // @ts-expect-error not a status
  reports.read('bookings-between', { from: '2026-11-01', to: '2026-11-02', status: 'lost' })
  // @ts-expect-error not a parameter of the report
  reports.read('active-findings', { tenant: 'globex' })
  // @ts-expect-error no such report among several
  reports.readMany([{ report: 'no-such-report' }])
  // @ts-expect-error parameters that are required are not left out among several
  reports.readMany([{ report: 'bookings-between' }])
  // @ts-expect-error no such report to describe
  reports.describe('no-such-report')
  // @ts-expect-error no such report whose filter may take values
  reports.options('no-such-report', 'group')
  // @ts-expect-error a token is given by a function, since it runs out
  client({ endpoint: '/analytics', token: 'secret' })
}
