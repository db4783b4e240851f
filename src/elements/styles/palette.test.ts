import { expect, test } from 'vitest'
import { palette } from './palette.ts'

type Rgb = readonly [number, number, number]

/** Text is on these by default: the elements' own surface in light and dark. */
const surfaces = { light: '#ffffff', dark: '#171d25' } as const

/**
 * How who lacks one kind of cone sees a colour of linear light: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
 * Color Vision Deficiency" (2009), severity 1.0.
 */
const sights = {
  everyone: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
} as const

const colours = [
  ...palette.cssText.matchAll(/--_series-\d: var\(--millrace-series-\d, light-dark\((#\w{6}), (#\w{6})\)\)/g),
]
const themes = {
  light: colours.map(([, light]) => light as string),
  dark: colours.map(([, , dark]) => dark as string),
}

const linear = (hex: string): Rgb => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return [r ?? 0, g ?? 0, b ?? 0]
}
const times = (matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb => {
  const [x, y, z] = matrix.map((row) => Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b)))
  return [x ?? 0, y ?? 0, z ?? 0]
}
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b
/** As WCAG 2.2 has it. */
function contrast(a: string, b: string): number {
  const [x = 0, y = 0] = [luminance(linear(a)), luminance(linear(b))].sort((p, q) => q - p)
  return (x + 0.05) / (y + 0.05)
}
/** Oklab (Ottosson 2020), in which equal distances look about equally far. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

test('there are eight colours for each theme', () => {
  expect([themes.light.length, themes.dark.length]).toEqual([8, 8])
})

for (const theme of ['light', 'dark'] as const) {
  test(`each colour has a contrast of at least 3 against the ${theme} surface`, () => {
    for (const colour of themes[theme]) expect(contrast(colour, surfaces[theme]), colour).toBeGreaterThanOrEqual(3)
  })

  for (const [sight, matrix] of Object.entries(sights))
    test(`of the ${theme} colours any two differ for ${sight}, the first four clearly`, () => {
      const seen = themes[theme].map((colour) => oklab(times(matrix, linear(colour))))
      seen.forEach((a, i) => {
        seen.slice(0, i).forEach((b, j) => {
          const least = i < 4 ? 0.15 : 0.1
          expect(distance(a, b), `${themes[theme][i]} ${themes[theme][j]}`).toBeGreaterThanOrEqual(least)
        })
      })
    })
}
