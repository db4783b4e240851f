/** The contrast ratio of two colours, `#rrggbb`, as WCAG 2.2 defines it: 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** A colour of which some part, 0 to 1, is mixed into another. */
export function shownOn(colour: string, part: number, ground: string): string {
  const [over, under] = [channels(colour), channels(ground)]
  const mixed = over.map((each, at) => Math.round(each * part + (under[at] as number) * (1 - part)))
  return `#${mixed.map((each) => each.toString(16).padStart(2, '0')).join('')}`
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const channels = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
