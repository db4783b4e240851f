import type { Schema } from './value-schema.ts'

type Components = Readonly<Record<string, Readonly<Record<string, Schema>>>>

/** Those of the components that the paths refer to, directly or through another. */
export function referredTo(paths: Schema, components: Components): Components {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { $ref } = value as { $ref?: unknown }
    if (typeof $ref === 'string' && !found.has($ref)) {
      found.add($ref)
      const [, , type = '', name = ''] = $ref.split('/')
      visit(components[type]?.[name])
    }
    for (const member of Object.values(value)) visit(member)
  }
  visit(paths)
  return Object.fromEntries(
    Object.entries(components).map(([type, members]) => [
      type,
      Object.fromEntries(Object.entries(members).filter(([name]) => found.has(`#/components/${type}/${name}`))),
    ]),
  )
}
