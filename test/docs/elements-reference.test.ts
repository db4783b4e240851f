import { expect, test } from 'vitest'
import { contrastOf, shownOn } from './contrast.ts'
import { classesIn, type ElementClass, partsInTemplates, type Token, tokensIn, valuesOf } from './elements-source.ts'

/** `npm run docs:elements` writes the pages anew. */
const tokens = tokensIn()
const classes = classesIn()
const elements = classes.filter((each) => each.tag !== undefined)
const token = (name: string) => tokens.find((each) => each.name === `--millrace-${name}`) as Token

test('the page of theming says what the styles say', async () => {
  expect(tokens.length).toBeGreaterThan(20)
  expect(tokens.filter(({ about }) => about === '').map(({ name }) => name)).toEqual([])
  const documented = new Set([...classes.flatMap(({ parts }) => parts.map(({ name }) => name))])
  expect([...partsInTemplates()].filter((part) => !documented.has(part))).toEqual([])
  const page = themingPage()
  for (const type of ['ElementState', 'Freshness']) {
    const values = valuesOf(type)
    expect(values.length).toBeGreaterThan(4)
    expect(values.filter((value) => !page.includes(`| \`${value}\` |`))).toEqual([])
  }
  await expect(page).toMatchFileSnapshot('../../docs/reference/theming.md')
})

test('the page of elements says what their classes say', async () => {
  expect(elements.length).toBeGreaterThanOrEqual(6)
  const silent = classes.flatMap(({ name, attributes }) =>
    attributes.filter(({ about }) => about === '').map((each) => `${name} ${each.name}`),
  )
  expect(silent).toEqual([])
  await expect(elementsPage()).toMatchFileSnapshot('../../docs/reference/elements.md')
})

const themes = ['light', 'dark'] as const

test.each(themes)('WCAG 1.4.3 what is read has a contrast of at least 4.5 on its surface, in %s', (theme) => {
  const surface = token('surface')[theme]
  // A row of a table under the pointer.
  const hovered = shownOn(token('line')[theme], 0.35, surface)
  for (const name of ['text', 'muted', 'accent', 'good', 'bad', 'warn']) {
    expect([name, contrastOf(token(name)[theme], surface) >= 4.5]).toEqual([name, true])
    if (name !== 'accent' && name !== 'warn')
      expect([name, 'hovered', contrastOf(token(name)[theme], hovered) >= 4.5]).toEqual([name, 'hovered', true])
  }
})

test.each(themes)('WCAG 1.4.11 what is drawn has a contrast of at least 3 on its surface, in %s', (theme) => {
  const surface = token('surface')[theme]
  const drawn = tokens.filter(({ name }) => /-(series-\d|accent|good|warn)$/.test(name))
  expect(drawn.length).toBeGreaterThanOrEqual(11)
  expect(drawn.filter((each) => contrastOf(each[theme], surface) < 3).map(({ name }) => name)).toEqual([])
})

test('contrast is what WCAG defines it to be', () => {
  expect(contrastOf('#000000', '#ffffff')).toBe(21)
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(shownOn('#000000', 0.5, '#ffffff')).toBe('#808080')
})

function themingPage(): string {
  const colours = tokens.filter(({ light }) => light.startsWith('#'))
  const others = tokens.filter(({ light }) => !light.startsWith('#'))
  const parts = elements.flatMap((element) =>
    lineage(element).flatMap(({ parts }) => parts.map((part) => ({ ...part, tag: element.tag }))),
  )
  const byPart = [...new Set(parts.map(({ name, about }) => JSON.stringify([name, about])))].map((key) => {
    const [name, about] = JSON.parse(key) as [string, string]
    const tags = parts.filter((part) => part.name === name && part.about === about).map(({ tag }) => `\`${tag}\``)
    return { name, about, tags: tags.length === elements.length - 1 ? 'all' : [...new Set(tags)].join(', ') }
  })
  return `# Theming

The elements take their look from custom properties, which a page sets wherever it likes, and from parts, which it styles with
\`::part()\`. Nothing else reaches in. The font is the page's own. This page is written from the styles
(\`npm run docs:elements\`), and a test holds it equal to them.

\`\`\`css
millrace-reports {
  --millrace-accent: #6b3fa0;
  --millrace-radius: 4px;
}
millrace-table::part(severity-critical) {
  font-weight: 700;
}
\`\`\`

## Light and dark

Colours follow the \`color-scheme\` that holds where an element stands. A page that says \`:root { color-scheme: light dark }\` follows the
reader's system; \`color-scheme: dark\` on any element around them overrides it, and a page that says nothing is light. A page that sets a
colour gives both, with \`light-dark(…, …)\`. With forced colours the system's own are used.

## Colours

What is read has a contrast of at least 4.5 on the surface in both themes (WCAG 2.2, 1.4.3), and what is drawn at least 3 (1.4.11); a test
holds them to it. A page that sets a colour takes that on itself.

| property | | light | dark |
| --- | --- | --- | --- |
${colours.map(({ name, about, light, dark }) => `| \`${name}\` | ${about} | \`${light}\` | \`${dark}\` |`).join('\n')}

## Measures and font

| property | | unless set |
| --- | --- | --- |
${others.map(({ name, about, light }) => `| \`${name}\` | ${about} | \`${light}\` |`).join('\n')}

## Parts

| part | | of |
| --- | --- | --- |
${byPart.map(({ name, about, tags }) => `| \`${name}\` | ${about} | ${tags} |`).join('\n')}

## States

An element says how far it has come in an attribute, so that a page may style it: \`millrace-value[state="failed"]\`.

| \`state\` | |
| --- | --- |
| \`loading\` | nothing has been read yet: a skeleton of the height that the figures will have |
| \`ready\` | there are figures |
| \`empty\` | there are none, and words say so |
| \`building\` | nothing can answer before the report's counters are built: a skeleton, a bar and words say how far they have come |
| \`failed\` | the report could not be read; a button reads it again, and what cannot be reached is read again by itself |
| \`absent\` | the viewer may not read the report: the element takes no room |

| \`freshness\` | |
| --- | --- |
| \`fresh\` | as current as the report asks |
| \`building\` | the store's counters are being built, and the replica has answered; a bar says how far they have come |
| \`behind\` | older than the report's \`freshWithin\` |
| \`kept\` | the last good figures, which could not be read anew |
| \`offline\` | the same, since the browser has no network; it goes on by itself |
| \`unknown\` | nobody can tell yet |

## Content security policy

The elements need no \`unsafe-inline\` and no \`eval\`: \`default-src 'none'; script-src 'self'; connect-src 'self'\` is enough. A test runs them
under it.
`
}

function elementsPage(): string {
  return `# Elements

The module \`millrace/elements\` registers these. \`<millrace-reports>\` stands around the others, once in a page: it says where reports are read and
by whom, reads all that are seen in one request, and holds the one stream of events. This page is written from the classes
(\`npm run docs:elements\`), and a test holds it equal to them. A name that begins with a point is a property, to be
set by script. How they look: [theming](theming.md).

${[...elements]
  .sort((a, b) => Number(b.tag === 'millrace-reports') - Number(a.tag === 'millrace-reports'))
  .map(elementSection)
  .join('\n')}`
}

function elementSection(element: ElementClass): string {
  const all = lineage(element)
  const attributes = all.flatMap((each) => each.attributes)
  const slots = all.flatMap((each) => each.slots)
  const events = all.flatMap((each) => each.events)
  const example = element.example?.endsWith('>')
    ? `\n\`\`\`html\n${element.example}${closing(element.example)}\n\`\`\`\n`
    : ''
  return `## \`<${element.tag}>\`

${capital(element.about)}
${example}
| attribute | | type |
| --- | --- | --- |
${attributes.map(({ name, about, type }) => `| \`${name}\` | ${about} | \`${type.replaceAll('|', '\\|')}\` |`).join('\n')}
${slots.map(({ name, about }) => `\nSlot \`${name}\`: ${about}\n`).join('')}${events.map(({ name, about }) => `\nEvent \`${name}\`: ${about}\n`).join('')}`
}

const closing = (example: string): string =>
  example.includes('</') || example.includes('…') ? '' : `</${/^<([\w-]+)/.exec(example)?.[1]}>`
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The class and those that it is made of, its own first. */
function lineage(element: ElementClass): ElementClass[] {
  const base = classes.find(({ name }) => name === element.base)
  return base === undefined ? [element] : [element, ...lineage(base)]
}
