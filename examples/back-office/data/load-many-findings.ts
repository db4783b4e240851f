import type { Connection } from '../../../src/embedded/connection.ts'
import type { manyTenants } from '../many-tenants.ts'
import { connected, statements } from './database.ts'

export interface ManyFindingsOptions {
  readonly tenants: ReturnType<typeof manyTenants>
  readonly findings: number
  readonly seed: number
  readonly now: number
  readonly years: number
  readonly progress: (line: string) => void
}

const chunk = 250_000

/** Findings by the million, made up by the database itself from a seed; a hundred customers share them very unevenly. */
export async function loadManyFindings(superuser: Connection, options: ManyFindingsOptions): Promise<void> {
  const { tenants, findings, seed, now, years, progress } = options
  const begins: number[] = []
  for (const { share } of tenants.slice(0, -1)) begins.push((begins.at(-1) ?? 0) + share)
  const start = new Date(now - years * 365 * 86_400_000)
  await connected(superuser, async (client) => {
    await client.query(await statements('security'))
    const [from, to] = [start.toISOString(), new Date(now).toISOString()]
    await client.query(await statements('many-findings', { seed: String(seed * 1000), start: from, end: to }))
    const insert = await statements('many-findings-chunk')
    const assets = tenants.map(({ security }) => security?.assets ?? 1)
    const given = [begins, assets, tenants[0]?.security?.groups, from, to]
    const ids = tenants.map(({ id }) => id)
    for (let row = 1; row <= findings; row += chunk) {
      const last = Math.min(findings, row + chunk - 1)
      await client.query(insert, [row, last, findings, seed * 1000, ids, ...given])
      if (last === findings || last % (4 * chunk) === 0) progress(`${inWords(last)} of ${inWords(findings)} findings`)
    }
    progress('Indexing the findings')
    await client.query(await statements('security-indexes'))
    await client.query(
      'alter table finding owner to application; grant select on finding to analytics; analyze finding',
    )
  })
}

const inWords = (rows: number) => new Intl.NumberFormat('en').format(rows)
