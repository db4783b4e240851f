import type { Languages } from './describe.ts'

/** More are not a preference, and each is looked up in each label. */
const most = 10

/** The tags of `Accept-Language`, the preferred first (RFC 9110, section 12.5.4); `*` and what is refused (`q=0`) left out. */
export function acceptedLanguages(header: string | undefined): Languages {
  const ranges = (header ?? '').split(',').flatMap((range) => {
    const [, tag, quality = '1'] = /^\s*([a-z]{1,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q=([\d.]+)\s*)?$/i.exec(range) ?? []
    return tag === undefined || !(Number(quality) > 0) ? [] : [{ tag, quality: Number(quality) }]
  })
  return ranges
    .sort((a, b) => b.quality - a.quality)
    .slice(0, most)
    .map(({ tag }) => tag)
}
