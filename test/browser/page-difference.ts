import pixelmatch from 'pixelmatch'
import { type Box, coarse, type PagePicture, type Part, sample } from './page-picture.ts'

/** Pixels of the page that are one pixel where parts are compared: a line of text is then a grey bar, whatever its font. */
const veryCoarse = 12
/** How far two colours may be apart, from 0 to 1, and still be taken for the same. */
const sensitivity = 0.1
/** Which part of a part's pixels may differ: its words are wider or narrower in another font. */
const mostDifferent = 0.33
/** What another font does to a part's place: nothing across, and to its height a part of it, or a line or two more. */
const most = { across: 8, height: 0.2, lines: 48 }
/** Colour is what is drawn, and words are grey: a chart has about as much of it as it had, whatever its font. */
const [leastColour, mostColour] = [0.6, 1.6]

/**
 * How a page differs from the picture that it is held against, in words. Fonts differ between machines, and browsers between their
 * builds, so that a page is a little higher or lower: each part is compared by itself, for where it stands in its row, for its
 * height, and for its look at a low resolution.
 */
export function differences(now: PagePicture, then: PagePicture): readonly string[] {
  const names = [...new Set([...Object.keys(then.parts), ...Object.keys(now.parts)])]
  return names.flatMap((name) => {
    const [part, before] = [now.parts[name], then.parts[name]]
    if (part === undefined) return [`${name} is missing`]
    if (before === undefined) return [`${name} is new`]
    return [...moved(part, before), ...changed(now, part, then, before), ...drawn(now, part, then, before)].map(
      (what) => `${name} ${what}`,
    )
  })
}

function moved(part: Part, before: Part): readonly string[] {
  const across = Math.abs(part.x - before.x) > most.across || Math.abs(part.width - before.width) > most.across
  const down = Math.abs(part.height - before.height) > Math.max(most.lines, most.height * before.height)
  return [
    ...(across ? [`stands at ${placeOf(part)} across, and stood at ${placeOf(before)}`] : []),
    ...(down ? [`is ${Math.round(part.height)} high, and was ${Math.round(before.height)}`] : []),
    ...(part.isDrawn === before.isDrawn ? [] : [part.isDrawn ? 'is drawn, and was not' : 'is not drawn, and was']),
  ]
}

const placeOf = ({ x, width }: Box): string => `${Math.round(x)} to ${Math.round(x + width)}`

function changed(now: PagePicture, part: Part, then: PagePicture, before: Part): readonly string[] {
  const width = Math.max(1, Math.round(before.width / veryCoarse))
  const height = Math.max(1, Math.round(before.height / veryCoarse))
  const [one, other] = [
    sample(now.picture, coarsely(part), { width, height }),
    sample(then.picture, coarsely(before), { width, height }),
  ]
  const options = { threshold: sensitivity, includeAA: true }
  const share = pixelmatch(one.data, other.data, undefined, width, height, options) / (width * height)
  return share > mostDifferent ? [`looks different in ${Math.round(share * 100)} % of it`] : []
}

function drawn(now: PagePicture, part: Part, then: PagePicture, before: Part): readonly string[] {
  if (!before.isDrawn) return []
  const ratio = colourOf(now, part) / colourOf(then, before)
  return ratio < leastColour || ratio > mostColour ? [`has ${Math.round(ratio * 100)} % of its colour`] : []
}

/**
 * How much colour lies in a box: over all of it, by how much the greatest of red, green and blue is more than the least, beyond what the
 * ground has. A thin line has the same of it whether it fills a row of pixels or shades two.
 */
function colourOf({ picture }: PagePicture, box: Box): number {
  const { width, height } = coarsely(box)
  const { data } = sample(picture, coarsely(box), { width: Math.round(width), height: Math.round(height) })
  const colours = Array.from({ length: data.length / 4 }, (_, pixel) => {
    const channels = data.subarray(pixel * 4, pixel * 4 + 3)
    return Math.max(...channels) - Math.min(...channels)
  }).sort((a, b) => a - b)
  const ground = colours[colours.length >> 1] ?? 0
  return colours.reduce((sum, colour) => sum + Math.max(0, colour - ground - 4), 0) / colours.length
}

const coarsely = ({ x, y, width, height }: Box): Box => ({
  x: x / coarse,
  y: y / coarse,
  width: width / coarse,
  height: height / coarse,
})
