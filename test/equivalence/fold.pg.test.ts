import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { openDynamoStore } from '../../src/store/dynamodb/dynamodb-store.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { openTables } from '../dynamodb/tables.ts'
import { makeSourceDatabase, type SourceDatabase, settingsOf } from '../replication/source-database.ts'
import { seed } from '../seed.ts'
import { readHistories, writeHistory } from './corpus.ts'
import { expectedFeatures } from './features.ts'
import type { History } from './history.ts'
import { type HistoryPlace, judgeHistory, type Wrong } from './judge-history.ts'
import { newTally } from './judge-world.ts'
import { history as randomHistory } from './random-history.ts'
import { strangeSettings } from './strange-settings.ts'

const isLong = process.env.MILLRACE_LONG === '1'
/** Histories per version of PostgreSQL. */
const histories = Number(process.env.MILLRACE_HISTORIES ?? (isLong ? 1_000 : 6)) / 2
/** A failing history is made smaller for so long. */
const shrinkMilliseconds = 60_000

/** What every long run must have met, of what hosts do and of what the fold had to do about it. */
const expected = [
  ...['insert', 'copy', 'update', 'touch', 'enlarge', 'moveKey', 'moveTenant', 'delete', 'truncate'],
  ...['savepoint undone', 'savepoint kept', 'rolled back', 'two tables', 'very large', 'large value left alone'],
  ...['spilled', 'built anew', 'written while bases were read', 'snapshots of the standby', 'snapshots of the primary'],
]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let source: SourceDatabase
  let place: HistoryPlace
  const close: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    cluster = await startCluster({ version, settings: { logical_decoding_work_mem: '64kB' } })
    close.push(() => cluster.close())
    source = await makeSourceDatabase(cluster.primary)
    const { host, port, user, password, database } = source.settings
    const oracle = new pg.Client({
      ...{ host, port, user, password: password.reveal(), database },
      options: '-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c jit=off',
    })
    await oracle.connect()
    close.push(() => oracle.end())
    await oracle.query('create schema extension; create extension citext schema extension')
    for (const setting of strangeSettings) await oracle.query(`alter database ${database} set ${setting}`)
    const stores = new Map<string, ReportStore>()
    // Both on each version in a long run.
    if (isLong || version === 15) {
      const reporting = settingsOf(await createDatabase(cluster.primary, `reporting_${process.pid}`))
      const postgres = new PostgresStore({ connection: reporting })
      await postgres.migrate()
      stores.set('PostgreSQL', postgres)
    }
    if (isLong || version === 18) {
      const tables = await openTables()
      close.push(() => tables.close())
      stores.set('DynamoDB', openDynamoStore(await tables.table()))
    }
    for (const store of stores.values()) close.push(() => store.close())
    place = { cluster, source, oracle, stores }
  })
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]()
    for (const each of close.reverse()) await each()
  })

  const corpus = readHistories()
  test.runIf(corpus.length > 0).each(corpus)('F1 F2 F3 R12: %s', { timeout: 120_000 }, async (_, history) => {
    expect(await judgeHistory(place, history, newTally(), () => {})).toBeUndefined()
  })

  test(`F1 F2 F3 R12 ${histories} random histories are folded to what PostgreSQL says, seed ${seed}`, {
    timeout: 300_000 + histories * 20_000,
  }, async () => {
    const tally = newTally()
    const met = new Map<string, number>()
    const count = (what: string) => met.set(what, (met.get(what) ?? 0) + 1)
    let found: { history: History; wrong: Wrong } | undefined
    const same = fc.asyncProperty(randomHistory, async (history) => {
      count(history.usesStandby ? 'snapshots of the standby' : 'snapshots of the primary')
      const wrong = await judgeHistory(place, history, tally, count)
      if (wrong === undefined) return
      found = { history, wrong }
      throw new Error('the fold and the oracle differ')
    })
    const outcome = await fc.check(same, { seed: seed + version, numRuns: histories, endOnFailure: true })
    const { features, ...counts } = tally
    console.log(`PostgreSQL ${version}, MILLRACE_SEED=${seed}: ${JSON.stringify(counts)}`)
    console.log([...met].map(([what, times]) => `${what}: ${times}`).join(', '))
    if (found !== undefined) {
      const { seed, counterexamplePath: path } = outcome
      await fc.check(same, { seed, path: path ?? '', interruptAfterTimeLimit: shrinkMilliseconds })
      console.log(`written to ${writeHistory(found.history)}`)
      expect(found.wrong).toBeUndefined()
    }
    expect(outcome).toMatchObject({ failed: false, errorInstance: null })
    // Most answers have rows, or nothing was compared.
    expect(tally.empty + tally.refused + tally.tooMany).toBeLessThan(0.8 * tally.reports)
    if (!isLong) return
    expect(expected.filter((what) => !met.has(what))).toEqual([])
    expect(expectedFeatures.filter((feature) => !features.has(feature))).toEqual([])
  })
})
