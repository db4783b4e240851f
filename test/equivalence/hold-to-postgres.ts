import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import type { ReportEngine } from '../../src/report/engine.ts'
import { seed } from '../seed.ts'
import { readCorpus, writeCorpus } from './corpus.ts'
import { expectedFeatures } from './features.ts'
import { withFewerRows } from './fewer-rows.ts'
import { type Difference, judgeWorld, newTally, type Tally } from './judge-world.ts'
import { loadWorld } from './load-world.ts'
import { questionsPerWorld, world as randomWorld } from './random-world.ts'
import { strangeSettings } from './strange-settings.ts'
import { sourcesOf } from './table.ts'
import type { World } from './world.ts'

const isLong = process.env.MILLRACE_LONG === '1'
/** Reports per version of PostgreSQL. */
const reports = Number(process.env.MILLRACE_REPORTS ?? (isLong ? 5_000 : 150)) / 2
/** A failing case is made smaller for so long. */
const shrinkMilliseconds = 25_000

/**
 * Law F1 for an engine: for random definitions, rows and questions it answers on the standby exactly what plain SQL says on
 * the primary. The cases of the corpus are replayed first; a new one is made small, and written there.
 */
export function holdToPostgres(
  law: string,
  engineOf: (standby: Connection, world: World) => Promise<ReportEngine>,
): void {
  describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
    let cluster: Cluster
    let primary: pg.Client
    let standby: Connection

    beforeAll(async () => {
      cluster = await startCluster({ version })
      const database = await createDatabase(cluster.primary, 'equivalence', { locale: 'en-US' })
      primary = new pg.Client({
        ...database,
        options: '-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c jit=off',
      })
      await primary.connect()
      await primary.query(`create schema extension; create extension citext schema extension;
      grant usage on schema extension to public;
      create role reader login password 'reader'; grant pg_read_all_data to reader`)
      for (const setting of strangeSettings) await primary.query(`alter database equivalence set ${setting}`)
      await cluster.caughtUp()
      standby = { ...cluster.standby.connection, database: 'equivalence', user: 'reader', password: 'reader' }
    })
    afterAll(async () => {
      await primary?.end()
      await cluster?.close()
    })

    async function judge(world: World, tally: Tally): Promise<Difference | undefined> {
      await loadWorld(primary, world, sourcesOf(world.storage))
      await cluster.caughtUp()
      const engine = await engineOf(standby, world)
      try {
        return await judgeWorld(primary, engine, world, tally)
      } finally {
        await engine.close()
      }
    }

    const corpus = readCorpus().map(({ file, world }) => [file, world] as const)
    test.runIf(corpus.length > 0).each(corpus)(`${law}: %s`, async (_, world) => {
      expect(await judge(world, newTally())).toBeUndefined()
    })

    test(`${law}: ${reports} random reports, seed ${seed}`, {
      timeout: 600_000 + reports * 1_000,
    }, async () => {
      const tally = newTally()
      let found: { world: World; difference: Difference } | undefined
      const same = fc.asyncProperty(randomWorld, async (world) => {
        const difference = await judge(world, tally)
        if (difference === undefined) return
        found = { world: { ...world, questions: [difference.question] }, difference }
        throw new Error('the engine and the oracle differ')
      })
      const outcome = await fc.check(same, {
        seed: Math.imul(seed + version, 0x9e3779b1),
        numRuns: Math.ceil(reports / questionsPerWorld),
        endOnFailure: true,
      })
      const { features, ...counts } = tally
      console.log(`PostgreSQL ${version}, MILLRACE_SEED=${seed}: ${JSON.stringify(counts)}`)
      if (isLong) console.log([...features].map(([feature, count]) => `${feature}: ${count}`).join(', '))
      if (found !== undefined) {
        const { seed, counterexamplePath: path } = outcome
        await fc.check(same, { seed, path: path ?? '', interruptAfterTimeLimit: shrinkMilliseconds })
        const { expected, answered, statement, question } = found.difference
        console.log(statement)
        console.log(JSON.stringify(question, null, 1))
        const differs = async (smaller: World) => (await judge(smaller, newTally())) !== undefined
        const smallest = await withFewerRows(found.world, differs, shrinkMilliseconds)
        console.log(`written to ${writeCorpus(smallest)}`)
        expect(answered).toEqual(typeof expected === 'string' ? { error: expected } : { rows: expected })
      }
      expect(outcome).toMatchObject({ failed: false, errorInstance: null })
      // Most answers have rows, or nothing was compared.
      expect(tally.empty + tally.refused + tally.tooMany).toBeLessThan(0.75 * tally.reports)
      if (isLong) expect(expectedFeatures.filter((feature) => !features.has(feature))).toEqual([])
    })
  })
}
