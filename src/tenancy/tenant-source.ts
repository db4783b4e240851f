import { MillraceError } from '../errors.ts'
import type { TenantInput } from './tenant.ts'

/** The tenants that may have reports: a fixed list, or a function that reads them, for example from the host's own table. */
export type TenantSource = readonly TenantInput[] | (() => Promise<readonly TenantInput[]>)

/**
 * The rows of the source, not yet looked at. Rejects with TENANTS_UNAVAILABLE (the host's own error is the cause) if it
 * fails, and with CONFIG_INVALID if it gives no array.
 */
export async function readSource(
  source: TenantSource,
  limits: { readonly seconds: number; readonly keepAlive: boolean },
): Promise<readonly unknown[]> {
  const rows: unknown = typeof source === 'function' ? await within(source, limits) : source
  if (!Array.isArray(rows)) throw new MillraceError('CONFIG_INVALID', 'tenants: the source must give an array')
  return rows
}

/** A function that never answers must not end the refreshing: the reading is given up, and its late answer is not used. */
async function within(
  read: () => Promise<readonly TenantInput[]>,
  { seconds, keepAlive }: { readonly seconds: number; readonly keepAlive: boolean },
): Promise<unknown> {
  const unavailable = (detail: string, cause?: unknown): MillraceError =>
    new MillraceError('TENANTS_UNAVAILABLE', detail, { cause, retryAfter: Math.ceil(seconds) })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable('the tenant source did not answer in time')), seconds * 1000)
    if (!keepAlive) timer.unref()
  })
  const rows = Promise.resolve()
    .then(read)
    .catch((cause: unknown) => {
      throw unavailable('the tenant source failed', cause)
    })
  return Promise.race([rows, late]).finally(() => clearTimeout(timer))
}
