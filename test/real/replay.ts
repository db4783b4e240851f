import pg from 'pg'
import type { RealHistory } from './histories.ts'
import { stage } from './load.ts'

/** Real changes, staged in the database that they are then made in, and made there as the host's transactions. */
export class Replay {
  readonly #host: pg.Client
  readonly #history: RealHistory
  readonly tenants: readonly string[]
  /** Changes before it are made. */
  #until = ''

  private constructor(host: pg.Client, history: RealHistory, tenants: readonly string[]) {
    this.#host = host
    this.#history = history
    this.tenants = tenants
  }

  static async stage(host: pg.Client, history: RealHistory): Promise<Replay> {
    await stage(host, 'raw_change', [`${history.data}/changes.csv.gz`])
    await host.query(`alter table raw_change alter column seq type bigint using seq::bigint;
      create index on raw_change (seq); analyze raw_change; set synchronous_commit = off`)
    const { rows } = await host.query<{ tenant: string }>('select distinct tenant from raw_change order by 1')
    const tenants = rows.map(({ tenant }) => tenant)
    const [key] = Object.keys(history.columns)
    const columns = Object.entries(history.columns).map(([name, type]) => `${name} ${type}`)
    for (const schema of history.bySchema ? tenants : ['public']) {
      const quoted = pg.escapeIdentifier(schema)
      await host.query(`create schema if not exists ${quoted};
        create table ${quoted}.${history.table} (${columns.join(', ')}, primary key (${key}))`)
    }
    return new Replay(host, history, tenants)
  }

  /** The tables as they were before `end`, at once: what there is when the fold begins. */
  async begin(end: string): Promise<void> {
    const { columns, table, bySchema } = this.#history
    const [key] = Object.keys(columns)
    await this.#host.query('create temp table latest as select * from raw_change limit 0')
    await this.#host.query(
      `insert into latest select * from (select distinct on (${key}) * from raw_change where changed_at < $1
       order by ${key}, seq desc) each where op <> 'd'`,
      [end],
    )
    const values = this.#values('latest')
    for (const schema of bySchema ? this.tenants : ['public']) {
      const where = bySchema ? `where tenant = ${pg.escapeLiteral(schema)}` : ''
      await this.#host.query(
        `insert into ${pg.escapeIdentifier(schema)}.${table} select ${values} from latest ${where}`,
      )
    }
    this.#until = end
  }

  /** Makes the changes before `end`, in their order, each transaction by itself. How many changes. */
  async advance(end: string): Promise<number> {
    const { columns, transaction } = this.#history
    const names = Object.keys(columns)
    const [key] = names
    const table = this.#history.bySchema ? '%I' : 'public'
    const statement = (text: string) => `execute format(${pg.escapeLiteral(text)}, change.tenant) using change;`
    const values = this.#values('($1)')
    const where = `where ${key} = ($1).${key}::bigint`
    const { table: name } = this.#history
    await this.#host.query(`do $$ declare change raw_change; last text; begin
      for change in select * from raw_change
          where changed_at >= ${pg.escapeLiteral(this.#until)} and changed_at < ${pg.escapeLiteral(end)} order by seq loop
        if last is distinct from change.${transaction}::text then commit; end if;
        last := change.${transaction};
        case change.op
          when 'c' then ${statement(`insert into ${table}.${name} select ${values}`)}
          when 'u' then ${statement(`update ${table}.${name} set (${names.join(', ')}) = (select ${values}) ${where}`)}
          when 'd' then ${statement(`delete from ${table}.${name} ${where}`)}
        end case;
      end loop; commit; end $$`)
    const { rows } = await this.#host.query<{ count: string }>(
      'select count(*) from raw_change where changed_at >= $1 and changed_at < $2',
      [this.#until, end],
    )
    this.#until = end
    return Number(rows[0]?.count)
  }

  #values(from: string): string {
    return Object.entries(this.#history.columns)
      .map(([name, type]) => `${from}.${name}::${type.replace(' not null', '')}`)
      .join(', ')
  }
}
