import type { StoreTarget } from './secret/store-target.ts'

/**
 * Milliseconds in which changes are gathered into one batch, and after which it is looked for them, unless the configuration says
 * otherwise. A table of DynamoDB costs by the request, and a second gathers more of what falls on one counter.
 */
export const flushMillisecondsOf = ({ kind }: Pick<StoreTarget, 'kind'>): number => (kind === 'dynamodb' ? 1_000 : 50)
