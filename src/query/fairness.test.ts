import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createFairness, type Fairness, type FairnessOptions } from './fairness.ts'

const never = new AbortController().signal
const limits = { total: 4, perTenant: 3, queue: 8 }

afterEach(() => {
  vi.useRealTimers()
})

/** Asks for places and notes who got one, in the order of the grants. */
function requests(fairness: Fairness) {
  const granted: string[] = []
  const releases: (() => void)[] = []
  const ask = (tenant: string, signal = never) => {
    const asked = fairness.acquire(tenant, signal).then((release) => {
      granted.push(tenant)
      releases.push(release)
      return release
    })
    asked.catch(() => {})
    return asked
  }
  return { granted, releases, ask }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('T8 places', () => {
  test('T8 a tenant that runs one may not take the last free place, and another may', async () => {
    const { granted, ask } = requests(createFairness({ ...limits, perTenant: 4 }))
    for (let statement = 0; statement < 4; statement++) ask('loud')
    await settled()
    expect(granted).toEqual(['loud', 'loud', 'loud'])
    await ask('quiet')
    expect(granted).toEqual(['loud', 'loud', 'loud', 'quiet'])
  })

  test('T8 a tenant runs no more than its own limit, however many places are free', async () => {
    const { granted, ask } = requests(createFairness({ ...limits, total: 10, perTenant: 2 }))
    for (let statement = 0; statement < 4; statement++) ask('loud')
    await settled()
    expect(granted).toEqual(['loud', 'loud'])
  })

  test('T8 where there is one place in all, tenants still get it', async () => {
    const { granted, releases, ask } = requests(createFairness({ total: 1, perTenant: 1, queue: 4 }))
    ask('a')
    ask('b')
    await settled()
    expect(granted).toEqual(['a'])
    releases[0]?.()
    await settled()
    expect(granted).toEqual(['a', 'b'])
  })

  test('T8 those who wait are served tenant by tenant, each with one statement a turn', async () => {
    const { granted, releases, ask } = requests(
      createFairness({ total: 1, perTenant: 1, queue: 12, queuePerTenant: 4 }),
    )
    const holder = await ask('holder')
    for (const tenant of ['loud', 'loud', 'loud', 'loud', 'b', 'c', 'c']) ask(tenant)
    holder()
    for (let turn = 1; turn <= 7; turn++) {
      await settled()
      releases[turn]?.()
    }
    expect(granted.slice(1)).toEqual(['loud', 'b', 'c', 'loud', 'c', 'loud', 'loud'])
  })

  test('a place that is given back twice is one place', async () => {
    const fairness = createFairness({ total: 2, perTenant: 2, queue: 4 })
    const { granted, ask } = requests(fairness)
    const [first] = await Promise.all([ask('a'), ask('b')])
    ask('c')
    ask('d')
    first?.()
    first?.()
    await settled()
    expect(granted).toEqual(['a', 'b', 'c'])
    expect(fairness.counts()).toEqual({ running: 2, queued: 1 })
  })
})

test('T8 a place that comes back can serve two: its own tenant then runs none, and may take the last', async () => {
  const { granted, releases, ask } = requests(createFairness({ total: 3, perTenant: 2, queue: 8 }))
  for (const tenant of ['a', 'b', 'b', 'a']) ask(tenant)
  await settled()
  expect(granted).toEqual(['a', 'b'])
  releases[0]?.()
  await settled()
  expect(granted).toEqual(['a', 'b', 'b', 'a'])
})

describe('T8 the queue', () => {
  const busy = (detail: string) => ({ code: 'TOO_BUSY', retryAfter: 1, detail: expect.stringContaining(detail) })

  test('T8 a full queue refuses with TOO_BUSY and when to try again', async () => {
    const { ask } = requests(createFairness({ total: 1, perTenant: 1, queue: 2, queuePerTenant: 2 }))
    for (const tenant of ['a', 'b', 'c']) ask(tenant)
    await expect(ask('d')).rejects.toMatchObject(busy('too many reports wait'))
  })

  test('T8 one tenant cannot fill the queue', async () => {
    const { granted, releases, ask } = requests(createFairness({ total: 1, perTenant: 1, queue: 8 }))
    for (const tenant of ['loud', 'loud', 'loud']) ask(tenant)
    await expect(ask('loud')).rejects.toMatchObject(busy('of this tenant'))
    ask('quiet')
    await settled()
    releases[0]?.()
    await settled()
    releases[1]?.()
    await settled()
    expect(granted).toEqual(['loud', 'loud', 'quiet'])
  })

  test('T8 who waits too long is refused, and whose turn it was goes to the next', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const fairness = createFairness({ total: 1, perTenant: 1, queue: 4, waitMilliseconds: 500 })
    const { releases, granted, ask } = requests(fairness)
    ask('a')
    const late = ask('b')
    vi.advanceTimersByTime(499)
    const patient = ask('c')
    vi.advanceTimersByTime(1)
    await expect(late).rejects.toMatchObject(busy('too long'))
    releases[0]?.()
    await patient
    vi.advanceTimersByTime(10_000)
    expect(granted).toEqual(['a', 'c'])
    expect(fairness.counts()).toEqual({ running: 1, queued: 0 })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('who goes away leaves the queue at once, with the reason of the signal', async () => {
    const fairness = createFairness({ total: 1, perTenant: 1, queue: 1 })
    const { ask } = requests(fairness)
    await ask('a')
    const leaving = new AbortController()
    const gone = ask('b', leaving.signal)
    expect(fairness.counts()).toEqual({ running: 1, queued: 1 })
    leaving.abort(new Error('gone'))
    expect(fairness.counts()).toEqual({ running: 1, queued: 0 })
    await expect(gone).rejects.toThrow('gone')
    await expect(ask('b', leaving.signal)).rejects.toThrow('gone')
  })
})

test.each([
  ['total', 0],
  ['total', 1.5],
  ['perTenant', 0],
  ['queue', -1],
  ['queuePerTenant', Number.NaN],
  ['waitMilliseconds', 0],
])('%s: %s is refused by its name', (name, value) => {
  expect(() => createFairness({ ...limits, [name]: value })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', detail: expect.stringContaining(`fairness.${name}`) }),
  )
})

type Step =
  | { readonly do: 'ask'; readonly tenant: number }
  | { readonly do: 'release' | 'abort' | 'late'; readonly which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('ask' as const), tenant: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('abort' as const, 'late' as const), which: fc.nat(20) }) },
)

interface Asked {
  readonly tenant: number
  readonly abort: AbortController
  release?: () => void
}

/** The law as a model that shares no code with what it judges: who may run, and whose turn it is. */
class Model {
  running: Asked[] = []
  waiting: Asked[] = []
  #stamp = 0
  /** Since when it is a tenant's turn: since it began to wait, or was last served out of the queue. */
  readonly #since = new Map<number, number>()
  readonly #options: FairnessOptions

  constructor(options: FairnessOptions) {
    this.#options = options
  }

  may(tenant: number): boolean {
    const own = this.running.filter((asked) => asked.tenant === tenant).length
    const left = this.#options.total - this.running.length - 1
    return own < this.#options.perTenant && left >= (own > 0 ? 1 : 0)
  }

  asks(asked: Asked): void {
    if (!this.waiting.some(({ tenant }) => tenant === asked.tenant)) this.#since.set(asked.tenant, ++this.#stamp)
    this.waiting.push(asked)
  }

  granted(asked: Asked): void {
    expect(this.may(asked.tenant)).toBe(true)
    const first = this.waiting.find(({ tenant }) => tenant === asked.tenant)
    expect(first).toBe(asked)
    for (const { tenant } of this.waiting)
      if (this.may(tenant)) expect(this.#since.get(asked.tenant)).toBeLessThanOrEqual(this.#since.get(tenant) ?? 0)
    this.waiting = this.waiting.filter((one) => one !== asked)
    this.running.push(asked)
    this.#since.set(asked.tenant, ++this.#stamp)
  }
}

test('T8 any history: the limits hold, every grant is whose turn it is, no place stays empty, and all who wait are served', async () => {
  const anyLimits = fc.record({ total: fc.integer({ min: 1, max: 6 }), perTenant: fc.integer({ min: 1, max: 6 }) })
  await fc.assert(
    fc.asyncProperty(anyLimits, fc.array(step, { maxLength: 60 }), async ({ total, perTenant }, steps) => {
      const options = { total, perTenant, queue: 1000, queuePerTenant: 1000 }
      const fairness = createFairness(options)
      const model = new Model(options)
      const failures: unknown[] = []

      const quiet = async () => {
        await settled()
        expect(failures).toEqual([])
        expect(model.waiting.filter(({ tenant }) => model.may(tenant))).toEqual([])
        expect(fairness.counts()).toEqual({ running: model.running.length, queued: model.waiting.length })
      }
      const ask = (tenant: number) => {
        const asked: Asked = { tenant, abort: new AbortController() }
        model.asks(asked)
        fairness.acquire(String(tenant), asked.abort.signal).then(
          (release) => {
            asked.release = release
            try {
              model.granted(asked)
            } catch (failure) {
              failures.push(failure)
            }
          },
          (error) => {
            if (!asked.abort.signal.aborted) failures.push(error)
          },
        )
      }
      const release = (which: number) => {
        const [asked] = model.running.splice(which % model.running.length, 1)
        asked?.release?.()
      }
      const abort = (which: number) => {
        const [asked] = model.waiting.splice(which % model.waiting.length, 1)
        asked?.abort.abort()
      }

      /** A request that goes away once it has its place: that is no business of the queue. */
      const late = (which: number) => model.running[which % model.running.length]?.abort.abort()

      for (const one of steps) {
        if (one.do === 'ask') ask(one.tenant)
        else if (one.do === 'late') late(one.which)
        else if (one.do === 'release' && model.running.length > 0) release(one.which)
        else if (one.do === 'abort' && model.waiting.length > 0) abort(one.which)
        await quiet()
      }
      while (model.running.length > 0) {
        release(0)
        await quiet()
      }
      expect(fairness.counts()).toEqual({ running: 0, queued: 0 })
    }),
    { numRuns: 1000 },
  )
})
