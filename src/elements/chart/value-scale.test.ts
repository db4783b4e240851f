import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueScale } from './value-scale.ts'

const whole = { isWhole: true, count: 4 }

test('bars and areas begin at zero, however far their values are from it', () => {
  const scale = valueScale([980, 990, 1000], { fromZero: true, ...whole })
  expect(scale.low).toBe(0)
  expect(scale.partOf(0)).toBe(0)
  expect(scale.partOf(1000) / scale.partOf(500)).toBe(2)
})

test('lines leave zero out only where their values lie close together, far from it', () => {
  expect(valueScale([980, 990, 1000], { fromZero: false, ...whole }).low).toBeGreaterThan(900)
  expect(valueScale([100, 900], { fromZero: false, ...whole }).low).toBe(0)
  expect(valueScale([-980, -1000], { fromZero: false, ...whole }).high).toBeLessThan(-900)
  expect(valueScale([-980, -1000], { fromZero: true, ...whole }).high).toBe(0)
})

test('between whole numbers there is no line', () => {
  expect(valueScale([0, 1, 2], { fromZero: true, ...whole }).ticks).toEqual([0, 1, 2])
  expect(valueScale([0, 1], { fromZero: true, isWhole: false, count: 4 }).ticks).toContain(0.2)
})

test('nothing, and nothing but zero, have an axis too', () => {
  for (const values of [[], [0, 0]]) {
    const scale = valueScale(values, { fromZero: false, ...whole })
    expect([scale.low, scale.high, scale.partOf(0)]).toEqual([0, 1, 0])
  }
  expect(valueScale([7], { fromZero: false, ...whole }).low).toBe(0)
})

test('every value lies on the axis', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1 })
  fc.assert(
    fc.property(values, fc.boolean(), fc.boolean(), (given, fromZero, isWhole) => {
      const { partOf, ticks } = valueScale(given, { fromZero, isWhole, count: 5 })
      for (const value of [...given, ...ticks]) {
        expect(partOf(value)).toBeGreaterThanOrEqual(-1e-9)
        expect(partOf(value)).toBeLessThanOrEqual(1 + 1e-9)
      }
    }),
  )
})
