import { expect, test, vi } from 'vitest'
import { oncePer } from './once-per.ts'

test('what is asked for many times at once, or again too soon, is done once', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const work = vi.fn(async () => 'done')
    const ask = oncePer(1000, work)
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['done', 'done', 'done'])
    vi.advanceTimersByTime(999)
    await ask()
    expect(work).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    await ask()
    expect(work).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})

test('a failure is told to all who asked, and is not told for longer than an outcome', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const work = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue('up')
    const ask = oncePer(1000, work)
    const [first, second] = await Promise.allSettled([ask(), ask()])
    expect([first?.status, second?.status]).toEqual(['rejected', 'rejected'])
    vi.advanceTimersByTime(1000)
    expect(await ask()).toBe('up')
  } finally {
    vi.useRealTimers()
  }
})

test('work that takes longer than the time is not begun twice', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    let finish = (_: string) => {}
    const work = vi.fn(() => new Promise<string>((resolve) => (finish = resolve)))
    const ask = oncePer(1000, work)
    const asked = ask()
    vi.advanceTimersByTime(5000)
    const again = ask()
    expect(work).toHaveBeenCalledTimes(1)
    finish('late')
    expect([await asked, await again]).toEqual(['late', 'late'])
  } finally {
    vi.useRealTimers()
  }
})
