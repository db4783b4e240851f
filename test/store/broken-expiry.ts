import { hasExpired } from '../../src/store/keys.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import type { MemoryStream } from '../../src/store/memory/memory-stream.ts'
import type { Addition, BaseAddition, Batch, BuildId } from '../../src/store/report-store.ts'

/** Waits for what has expired to be deleted. */
class ReadsWhatHasExpired extends MemoryStore {
  protected override stream(name: string): MemoryStream {
    const stream = super.stream(name)
    stream.expire = () => {}
    return stream
  }
}

/** Expiries are moved by some seconds. */
class ExpiresAt extends MemoryStore {
  protected readonly late: number = 0
  override async apply(stream: string, batch: Batch): Promise<void> {
    const additions = (await collect(batch.additions)).map((each) => this.#moved(each))
    return super.apply(stream, { ...batch, additions })
  }
  override async addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>) {
    return super.addBase(
      stream,
      build,
      chunk,
      Array.from(additions, (each) => this.#moved(each)),
    )
  }
  #moved<Each extends BaseAddition>(each: Each): Each {
    return each.expiresAt === undefined ? each : { ...each, expiresAt: each.expiresAt + this.late }
  }
}

class ExpiresTooEarly extends ExpiresAt {
  protected override readonly late = -1
}

class ExpiresTooLate extends ExpiresAt {
  protected override readonly late = 1
}

/** What stays in a batch expires with the rest. */
class ExpiresWhatStays extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    const additions = (await collect(batch.additions)).map((each) => ({ ...each, expiresAt: each.expiresAt ?? 5 }))
    return super.apply(stream, { ...batch, additions })
  }
}

/** The base of a build brings back what has expired. */
class FillsWithWhatHasExpired extends MemoryStore {
  override async addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>) {
    return super.addBase(
      stream,
      build,
      chunk,
      Array.from(additions, ({ sort, by }) => ({ sort, by })),
    )
  }
}

/** What has expired is added to as if it were new. */
class BringsBackWhatHasExpired extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    const additions = await collect(batch.additions)
    await super.apply(stream, { ...batch, additions })
    const late = additions.filter(({ expiresAt }) => hasExpired(expiresAt, batch.committedAt))
    addAll(this.stream(stream), late)
  }
}

/** S9: each must be caught. */
export const storesThatExpireWrongly: Readonly<Record<string, new () => MemoryStore>> = {
  ReadsWhatHasExpired,
  ExpiresTooEarly,
  ExpiresTooLate,
  ExpiresWhatStays,
  FillsWithWhatHasExpired,
  BringsBackWhatHasExpired,
}

export async function collect(additions: Batch['additions']): Promise<Addition[]> {
  const all: Addition[] = []
  for await (const addition of additions) all.push(addition)
  return all
}

export function addAll(stream: MemoryStream, additions: readonly Addition[]): void {
  for (const { build, ...addition } of additions) if (stream.find(build) !== undefined) stream.add(build, addition)
}
