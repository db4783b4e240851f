import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { RequestSender } from './request-sender.ts'

const sending = { operation: 'GetItem', purpose: 'progress' } as const
const options = { clock: systemClock, maxConcurrency: 64, observe: () => {} }

test('whoever waits to send a request again is told at once that the store was closed, however many they are', async () => {
  const warned: Error[] = []
  const onWarning = (warning: Error): number => warned.push(warning)
  process.on('warning', onWarning)
  try {
    const sender = new RequestSender({ ...options, deadlineMilliseconds: 3_600_000 })
    let sent = 0
    const away = async (): Promise<object> => {
      sent += 1
      throw Object.assign(new Error(), { name: 'ThrottlingException' })
    }
    const waiting = Array.from({ length: 200 }, () => sender.send(away, sending))
    const outcomes = Promise.allSettled(waiting)
    await expect.poll(() => sent).toBeGreaterThan(600)
    sender.close()
    const closed = { code: 'STORE_UNAVAILABLE', detail: 'the store was closed' }
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: closed })
    await expect(sender.pause(1)).rejects.toMatchObject(closed)
    const before = sent
    await expect(sender.send(away, sending)).rejects.toMatchObject(closed)
    expect(sent).toBe(before)
    // A warning is told in the next turn.
    await new Promise((resolve) => setImmediate(resolve))
    expect(warned).toEqual([])
  } finally {
    process.off('warning', onWarning)
  }
})
