import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const pages = ['README.md', 'CONTRIBUTING.md', ...folder('docs'), ...folder('examples'), ...folder('bench')]

function folder(name: string): string[] {
  if (!existsSync(name)) return []
  const files = readdirSync(name, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.md')).map((file) => join(name, file))
}

/** The anchor that a heading has on a page. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

test('every relative link of the docs leads to a file, and its anchor to a heading', () => {
  const broken = pages.filter(existsSync).flatMap((page) => {
    const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '')
    return [...text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)|src="([^"]+)"/g)]
      .map(([, link, src]) => (link ?? src) as string)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path, anchor] = link.split('#') as [string, string?]
        const target = path === '' ? page : join(dirname(page), path)
        if (!existsSync(target)) return true
        if (anchor === undefined || !target.endsWith('.md')) return false
        return ![...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].some(
          ([, heading]) => anchorOf(heading as string) === anchor,
        )
      })
      .map((link) => `${page}: ${link}`)
  })
  expect(broken).toEqual([])
})
