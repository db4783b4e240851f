/**
 * On every answer. None of them is a page, and none is for another origin: a host whose dashboard stands elsewhere adds
 * its own CORS headers around the plugin.
 */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/**
 * An answer belongs to one viewer and is asked for anew each time, though perhaps with `If-None-Match`. Whom it belongs
 * to, and its language, are in these headers.
 */
export const cacheHeaders = {
  'cache-control': 'private, no-cache',
  vary: 'Accept-Language, Authorization, Cookie',
} as const

/** What is true of this moment only: errors, probes, metrics. */
export const notKept = { 'cache-control': 'no-store' } as const

/** How current an answer is, outside of it: on a 304 the body that the client keeps is older than these. */
export const freshnessHeaders = {
  asOf: 'millrace-as-of',
  lagSeconds: 'millrace-lag-seconds',
  position: 'millrace-position',
  progress: 'millrace-progress',
} as const
