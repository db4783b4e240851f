import { expectTypeOf, test } from 'vitest'
import type { AuditLine } from './audit.ts'
import type { HostViewer, ViewerOf } from './viewer.ts'

test('T1 a viewer is found from headers, and from nothing else that a request has', () => {
  expectTypeOf<keyof Parameters<ViewerOf>[0]>().toEqualTypeOf<'headers'>()
  expectTypeOf<keyof Parameters<HostViewer>[0]>().toEqualTypeOf<'headers'>()
})

test('an audit line has the names of the parameters and no place for their values', () => {
  expectTypeOf<AuditLine['parameters']>().toEqualTypeOf<readonly string[]>()
})
