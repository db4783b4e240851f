import { expect, test } from 'vitest'
import { refuseOtherRegion } from './data-region.ts'
import type { DynamoTarget } from './secret/store-target.ts'

const target: DynamoTarget = { kind: 'dynamodb', table: 'reports', region: 'us-east-1', reports: 'all', shadow: [] }

test('a store in a region that the configuration does not list is refused, and both are named', () => {
  expect(() => refuseOtherRegion(target, ['eu-central-1', 'eu-west-1'])).toThrow(
    expect.objectContaining({
      code: 'TARGET_REFUSED',
      detail: expect.stringMatching(/us-east-1.*eu-central-1, eu-west-1/),
    }),
  )
})

test('one that it lists is not, nor any where it lists none', () => {
  refuseOtherRegion({ ...target, region: 'eu-west-1' }, ['eu-central-1', 'eu-west-1'])
  refuseOtherRegion(target, undefined)
})
