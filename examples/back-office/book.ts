import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { bookingStatement } from './data/booking-traffic.ts'
import { assetFor, findingStatement } from './data/finding-traffic.ts'
import { createRandom } from './data/random.ts'
import type { Moment } from './moment.ts'
import { groupsOf } from './people.ts'
import type { Session } from './sign-in.ts'
import type { Writes } from './writes.ts'

export interface Booked {
  /** What was written, in words. */
  readonly what: string
  /** The primary's place in its log after the commit: whoever asks for reports that include it sees this write. */
  readonly position: string
  /** From the question to the commit. */
  readonly milliseconds: number
}

/** Writes one booking (mobility) or one finding (security) of the session's customer; undefined where it has no such product. */
export type Book = (session: Session, product: string) => Promise<Booked | undefined>

export interface BookOptions {
  readonly seed: number
  readonly writes: Writes
  readonly moment: Moment
}

/** The host's own write path, as its traffic has it: a transaction on the primary, and nothing that knows of reports. */
export function createBook(primary: Connection, { seed, writes, moment }: BookOptions) {
  const random = createRandom(seed, 'book')
  const pool = new pg.Pool({ ...primary, max: 2, application_name: 'back office' })
  pool.on('error', () => {})

  const book: Book = async ({ tenant, role }, product) => {
    const isFinding = product === 'security'
    if ((isFinding ? tenant.security : tenant.mobility) === undefined) return undefined
    const written = isFinding
      ? findingStatement(
          random,
          tenant,
          assetFor(random, tenant, groupsOf(tenant, role)[0]),
          moment.now().epochMilliseconds,
        )
      : bookingStatement(random, tenant, moment.now().epochMilliseconds)
    const began = performance.now()
    return writes.run(async () => {
      await pool.query(written.text, [...written.values])
      const milliseconds = performance.now() - began
      const { rows } = await pool.query<{ position: string }>('select pg_current_wal_insert_lsn()::text as position')
      return { what: isFinding ? 'finding' : 'booking', position: rows[0]?.position ?? '', milliseconds }
    })
  }
  return { book, close: () => pool.end() }
}
