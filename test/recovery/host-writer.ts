import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { randomFrom } from './random.ts'

export type HostTable = 'finding' | 'booking' | 'visit'

export interface WriterOptions {
  readonly seed: number
  readonly tables?: readonly HostTable[]
  /** Milliseconds between two transactions of one connection. 4. */
  readonly paceMilliseconds?: number
  /** A connection of the host; asked for again where the server has ended one. */
  readonly connect: () => Promise<pg.Client>
}

const writers = 2
/** The host has tenants, too, that are on no allowlist (yet, or any more). */
const tenants = [`'acme'`, `'o''neill'`, `'zenith'`, `'newcomer'`]
/** SQLSTATE classes and codes of the system that say that the server has gone, and not that it refused what the host wrote. */
const gone = /^(08|57P0[123]|E[A-Z]{3,})/

/**
 * The host application: writes as it always does, whatever becomes of the fold, in transactions of random size that go through or are
 * rolled back. What the server refuses it is kept, and must be nothing.
 */
export class HostWriter {
  readonly errors: unknown[] = []
  /** How often the server went away. */
  interruptions = 0
  /** Transactions that were committed. */
  committed = 0
  readonly #options: WriterOptions
  readonly #running: Promise<void>[]
  #isStopped = false
  #pausing: Promise<void> | undefined
  #goOn = () => {}
  readonly #busy = new Set<number>()
  #idle = () => {}

  constructor(options: WriterOptions) {
    this.#options = options
    this.#running = Array.from({ length: writers }, (_, own) => this.#run(own))
  }

  /** Returns when no transaction runs; `resume` lets the host go on. */
  async pause(): Promise<void> {
    this.#pausing ??= new Promise((resolve) => {
      this.#goOn = resolve
    })
    while (this.#busy.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
  }

  resume(): void {
    this.#pausing = undefined
    this.#goOn()
  }

  /** Until the host has committed so many transactions more. */
  async writes(count: number): Promise<void> {
    const target = this.committed + count
    while (this.committed < target) await delay(5)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.resume()
    await Promise.all(this.#running)
  }

  async #run(own: number): Promise<void> {
    const { seed, connect, tables = ['finding', 'booking', 'visit'], paceMilliseconds = 4 } = this.#options
    const random = randomFrom(seed * writers + own)
    let client: pg.Client | undefined
    while (!this.#isStopped) {
      await this.#pausing
      this.#busy.add(own)
      try {
        client ??= await connect()
        await transaction(client, random, own, tables)
        this.committed++
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        if (gone.test(code ?? '') || /Connection terminated|not queryable/.test(message)) this.interruptions++
        else this.errors.push(error)
        await client?.end().catch(() => {})
        client = undefined
      } finally {
        this.#busy.delete(own)
        if (this.#busy.size === 0) this.#idle()
      }
      await delay(client === undefined ? 50 : paceMilliseconds)
    }
    await client?.end().catch(() => {})
  }
}

type Random = ReturnType<typeof randomFrom>

/** Of rows whose id leaves `own` as remainder, so that no two connections wait for each other in two orders. */
async function transaction(client: pg.Client, random: Random, own: number, tables: readonly HostTable[]) {
  const table = random.of(tables)
  const statements = Array.from({ length: 1 + random.below(4) }, () => statement(random, table, own))
  if (random.below(40) === 0) {
    await client.query(`begin; ${statements.join('; ')}; rollback`)
    return
  }
  await client.query(`begin; ${statements.join('; ')}; commit`)
}

function statement(random: Random, table: HostTable, own: number): string {
  const tenant = random.of(tenants)
  const few = `id in (select id from ${table} where id % ${writers} = ${own} and id >= ${random.below(4000)} order by id limit ${1 + random.below(6)})`
  const insert = {
    finding: `insert into finding (id, tenant_id, severity, asset, cvss, first_seen_at, resolved_at)
      select nextval('finding_id_seq') * ${writers} + ${own + 1_000_000}, ${tenant}, '${random.of(['critical', 'high', 'low'])}', 'asset ${random.below(30)}',
        nullif(${random.below(100)} / 10.0, 0), timestamptz '2026-11-21' - ${random.below(50 * 86_400)} * interval '1 second', null from generate_series(1, ${1 + random.below(5)})`,
    booking: `insert into booking (id, tenant_id, channel, rate, nights)
      select nextval('booking_id_seq') * ${writers} + ${own + 1_000_000}, ${tenant}, 'channel ${random.below(5)}', ${random.below(30_000)} / 100.0, ${1 + random.below(14)} from generate_series(1, ${1 + random.below(5)})`,
    visit: `insert into visit (id, tenant_id, at, regular)
      select nextval('visit_id_seq') * ${writers} + ${own + 1_000_000}, ${tenant}, timestamptz '2026-03-01' - ${random.below(90 * 86_400)} * interval '1 second', ${random.below(2) === 0} from generate_series(1, ${1 + random.below(5)})`,
  }[table]
  const update = {
    finding: [
      `update finding set resolved_at = first_seen_at + ${random.below(900)} * interval '1 minute' where ${few}`,
      `update finding set resolved_at = null, cvss = ${random.below(100)} / 10.0 where ${few}`,
      `update finding set severity = '${random.of(['critical', 'high', 'low'])}' where ${few}`,
      `update finding set tenant_id = ${tenant} where ${few}`,
    ],
    booking: [
      `update booking set nights = ${1 + random.below(14)} where ${few}`,
      `update booking set channel = 'channel ${random.below(5)}', rate = rate + 0.01 where ${few}`,
    ],
    visit: [
      `update visit set regular = not regular where ${few}`,
      `update visit set at = timestamptz '2025-12-01' + ${random.below(60 * 86_400)} * interval '1 second' where ${few}`,
    ],
  }[table]
  const chance = random.below(10)
  if (chance < 4) return insert
  return chance < 9 ? random.of(update) : `delete from ${table} where ${few}`
}
