import { MillraceError } from './errors.ts'
import type { StoreTarget } from './secret/store-target.ts'

/**
 * Data residency: the configuration, which is reviewed, says where reporting data may lie, and a secret, which is not, cannot move it
 * elsewhere. Throws TARGET_REFUSED. A PostgreSQL database does not say where it is, and is the operator's to place.
 */
export function refuseOtherRegion(target: StoreTarget, regions: readonly string[] | undefined): void {
  if (target.kind !== 'dynamodb' || regions === undefined || regions.includes(target.region)) return
  throw new MillraceError(
    'TARGET_REFUSED',
    `store.region is ${target.region}, and the configuration allows ${regions.join(', ')} (dataRegions): no data is kept anywhere else`,
  )
}
