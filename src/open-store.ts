import { MillraceError } from './errors.ts'
import type { StoreTarget } from './secret/store-target.ts'
import type { Consumed } from './store/dynamodb/capacity.ts'
import type { ReportStore } from './store/report-store.ts'

export interface StoreOptions {
  /** Told what each request took, where the store is a table of DynamoDB. */
  readonly consumed?: ((consumed: Consumed) => void) | undefined
  /** Of a report: among how many partition keys of DynamoDB a new build of it is spread. 1. */
  readonly shards?: ((report: string) => number) | undefined
  /** Milliseconds for which a call of DynamoDB is tried before STORE_UNAVAILABLE. 60,000. */
  readonly deadlineMilliseconds?: number | undefined
}

/** Opens the reporting store that a secret names, not asked yet. */
export type OpenStore = (target: StoreTarget) => ReportStore

/** What opens stores of a kind, with the packages that it takes. Throws PACKAGE_MISSING. */
export async function storeOpener(kind: StoreTarget['kind'], options: StoreOptions = {}): Promise<OpenStore> {
  if (kind === 'postgres') {
    const { PostgresStore } = await withPackage('pg', () => import('./store/postgres/postgres-store.ts'))
    return (target) => {
      const { kind: _, schema, reports: __, shadow: ___, ...connection } = expectKind(target, 'postgres')
      return new PostgresStore({ connection, schema })
    }
  }
  const load = () => import('./store/dynamodb/dynamodb-store.ts')
  const { openDynamoStore } = await withPackage('@aws-sdk/client-dynamodb', load)
  const { consumed, shards, deadlineMilliseconds } = options
  const told = {
    ...(consumed && { observe: consumed }),
    ...(shards && { shards }),
    ...(deadlineMilliseconds && { deadlineMilliseconds }),
  }
  return (target) => {
    const { kind: _, reports: __, shadow: ___, ...address } = expectKind(target, 'dynamodb')
    return openDynamoStore({ ...address, ...told })
  }
}

/** Throws PACKAGE_MISSING. */
export async function openStore(target: StoreTarget, options: StoreOptions = {}): Promise<ReportStore> {
  return (await storeOpener(target.kind, options))(target)
}

/** Loads what needs an optional peer. Throws PACKAGE_MISSING where that is not installed. */
export async function withPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string }
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
    if (!isMissing || !message?.includes(`'${name}'`)) throw error
    throw new MillraceError(
      'PACKAGE_MISSING',
      `the store that the analytics secret names needs the package ${name}; install it beside millrace: npm install ${name}`,
    )
  }
}

/** What a secret names is of one kind for as long as a process runs. */
function expectKind<Kind extends StoreTarget['kind']>(target: StoreTarget, kind: Kind): StoreTarget & { kind: Kind } {
  if (target.kind === kind) return target as StoreTarget & { kind: Kind }
  throw new MillraceError('TARGET_REFUSED', 'the secret now names a store of another kind: restart')
}
