import { existsSync, readFileSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'

const folder = '../shared/data'

/** Real data stands beside the project where there is any; it is never part of it. */
export const hasRealData: boolean = existsSync(`${folder}/answers`)

export function noticeWithoutRealData(): void {
  if (!hasRealData) console.warn(`Left out: there is no real data at ${folder}.`)
}

export type Row = Readonly<Record<string, string>>

/** A CSV file with a header; `.gz` is unpacked. An empty value is null's. */
export function readCsv(name: string): Row[] {
  const bytes = readFileSync(`${folder}/${name}`)
  const lines = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n')
  const header = splitLine(lines[0] ?? '')
  return lines.slice(1).map((line) => {
    const values = splitLine(line)
    return Object.fromEntries(header.map((column, at) => [column, values[at] ?? '']))
  })
}

/** The columns of a gzipped CSV file, from its beginning alone. */
export function columnsOf(name: string): string[] {
  const beginning = readFileSync(`${folder}/${name}`).subarray(0, 4096)
  const text = gunzipSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8')
  return text.slice(0, text.indexOf('\n')).split(',')
}

export const answers = (name: string): Row[] => readCsv(`answers/${name}.csv`)

/** The text of a gzipped file, for `COPY`. */
export const unpacked = (name: string): Buffer => gunzipSync(readFileSync(`${folder}/${name}`))

function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}
