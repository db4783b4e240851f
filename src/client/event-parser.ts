/** One server-sent event. */
export interface ServerEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** Takes a stream of server-sent events apart, in whatever pieces it arrives (HTML standard, section 9.2.6). */
export class EventParser {
  #rest = ''

  /** The events that are whole with this piece; comments are left out. */
  take(text: string): ServerEvent[] {
    const blocks = (this.#rest + text.replaceAll('\r\n', '\n')).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      const fields = new Map<string, string>()
      for (const line of block.split('\n')) {
        const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? []
        if (name === undefined || value === undefined) continue
        const before = name === 'data' ? fields.get(name) : undefined
        fields.set(name, before === undefined ? value : `${before}\n${value}`)
      }
      const data = fields.get('data')
      return data === undefined ? [] : [{ event: fields.get('event') ?? 'message', id: fields.get('id'), data }]
    })
  }
}
