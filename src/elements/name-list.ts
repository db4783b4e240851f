/** Names in an attribute: `severity, group`. */
export const names = {
  fromAttribute: (text: string | null): readonly string[] => text?.split(',').map((name) => name.trim()) ?? [],
  toAttribute: (list: readonly string[]): string => list.join(','),
}
