/**
 * The work's outcome, at most `milliseconds` old; asked for many times at once it is done once. A probe that anybody may
 * send must not become a statement each time.
 */
export function oncePer<Value>(milliseconds: number, work: () => Promise<Value>): () => Promise<Value> {
  let outcome: Promise<Value> | undefined
  let settledAt = 0
  let settled = false
  return () => {
    if (outcome !== undefined && (!settled || performance.now() - settledAt < milliseconds)) return outcome
    settled = false
    outcome = work().finally(() => {
      settled = true
      settledAt = performance.now()
    })
    return outcome
  }
}
