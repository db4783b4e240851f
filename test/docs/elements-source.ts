import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A custom property that a host may set. */
export interface Token {
  readonly name: string
  readonly about: string
  /** What it is unless set: one text, or one for each theme. */
  readonly light: string
  readonly dark: string
}

/** Something that a docblock names: a part, a slot, an event. */
export interface Named {
  readonly name: string
  readonly about: string
}

export interface Attribute extends Named {
  readonly type: string
}

/** A class of `src/elements`, with what its own source says. */
export interface ElementClass {
  readonly name: string
  readonly base: string
  /** Undefined: other elements are made of it. */
  readonly tag: string | undefined
  readonly about: string
  readonly example: string | undefined
  readonly attributes: readonly Attribute[]
  readonly parts: readonly Named[]
  readonly slots: readonly Named[]
  readonly events: readonly Named[]
}

const folder = 'src/elements'
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort()
const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]))

/** A docblock's text in one line for each paragraph and tag. */
function linesOf(block: string): string[] {
  const lines = block
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
  const joined: string[] = []
  for (const line of lines) {
    if (line === '' || line.startsWith('@') || joined.at(-1) === '' || joined.length === 0) joined.push(line)
    else joined[joined.length - 1] = `${joined.at(-1)} ${line}`
  }
  return joined.filter((line) => line !== '')
}

function tagged(lines: readonly string[], tag: string): Named[] {
  return lines.flatMap((line) => {
    const [, name, about] = new RegExp(`^@${tag} (\\S+) - (.+)$`).exec(line) ?? []
    return name === undefined || about === undefined ? [] : [{ name, about: about.replace(/\.$/, '') }]
  })
}

/** Every `var(--millrace-…, default)` in the styles, in their order, with what a docblock says of it. */
export function tokensIn(): Token[] {
  const abouts = new Map(
    [...texts.values()]
      .flatMap((text) => docblocks(text).flatMap((block) => tagged(linesOf(block), 'cssprop')))
      .map(({ name, about }) => [name, about]),
  )
  const order = ['styles/tokens.ts', 'styles/palette.ts']
  const sorted = [...texts].sort(([a], [b]) => place(a) - place(b))
  function place(file: string): number {
    const at = order.indexOf(file)
    return at === -1 ? order.length : at
  }
  const found = new Map<string, Token>()
  for (const [, text] of sorted) {
    for (const [, name = '', value = ''] of text.matchAll(/var\((--millrace-[\w-]+), (light-dark\([^)]*\)|[^)]*)\)/g)) {
      const [, light, dark] = /^light-dark\(([^,]+), ([^)]+)\)$/.exec(value) ?? [undefined, value, value]
      found.set(name, { name, about: abouts.get(name) ?? '', light: light as string, dark: dark as string })
    }
  }
  return [...found.values()]
}

const docblocks = (text: string): string[] => text.match(/\/\*\*[\s\S]*?\*\//g) ?? []

export function classesIn(): ElementClass[] {
  const defined = texts.get('define.ts') ?? ''
  return [...texts].flatMap(([, text]) => {
    const match = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\nexport (?:abstract )?class (\w+) extends (\w+) \{/.exec(text)
    if (match === null) return []
    const [, block = '', name = '', base = ''] = match
    const lines = linesOf(block)
    const [first = ''] = lines
    const [, example, about] = /^`(<.*?>)`(?:: (.*))?$/s.exec(first) ?? [undefined, undefined, first]
    return [
      {
        name,
        base,
        tag: new RegExp(`'(millrace-[a-z]+)': ${name},`).exec(defined)?.[1],
        about: about ?? first,
        example,
        attributes: attributesOf(text),
        parts: tagged(lines, 'csspart'),
        slots: tagged(lines, 'slot'),
        events: tagged(lines, 'fires'),
      },
    ]
  })
}

/** The public properties that are declared, by the attribute that sets each. */
function attributesOf(text: string): Attribute[] {
  const properties = /static override properties[^=]*= \{([\s\S]*?)\n {2}\}/.exec(text)?.[1] ?? ''
  return [...text.matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)? {2}declare (\w+): ([^\n]+)/g)].flatMap(
    ([, block = '', name = '', type = '']) => {
      const options = new RegExp(`^\\s+${name}: \\{(.*)\\}`, 'm').exec(properties)?.[1]
      if (options === undefined) return []
      const attribute = options.includes('attribute: false')
        ? `.${name}`
        : (/attribute: '([\w-]+)'/.exec(options)?.[1] ?? name.toLowerCase())
      return [{ name: attribute, type: type.replaceAll(/readonly /g, ''), about: linesOf(block).join(' ') }]
    },
  )
}

/** Every name that a template gives to a part as it is. */
export function partsInTemplates(): Set<string> {
  return new Set(
    [...texts.values()].flatMap((text) =>
      [...text.matchAll(/ part="([\w -]+)"/g)].flatMap(([, names = '']) => names.split(' ')),
    ),
  )
}

/** The values of a type that is some texts. */
export function valuesOf(type: string): string[] {
  const union =
    [...texts.values()].map((text) => new RegExp(`export type ${type} =([^\\n]+)`).exec(text)?.[1]).find(Boolean) ?? ''
  return [...union.matchAll(/'([\w-]+)'/g)].map(([, value = '']) => value)
}
