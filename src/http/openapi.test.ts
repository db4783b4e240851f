import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { person, sample } from '../../test/http/sample.ts'
import { activeFindings, sampleCatalog } from '../../test/http/sample-catalog.ts'
import { type OpenApiOptions, openApiDocument } from './openapi.ts'

const { reports } = sampleCatalog
const everything: OpenApiOptions = { metrics: true, languages: ['de'] }

/** What redocly finds, by its recommended rules and `redocly.yaml`. */
async function problemsOf(document: object): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'))
  try {
    const file = join(folder, 'openapi.json')
    await writeFile(file, JSON.stringify(document))
    const command = ['lint', '--format=json', '--config=redocly.yaml', file]
    const { stdout } = await promisify(execFile)('node_modules/.bin/redocly', command, {
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    }).catch((failed: { stdout: string }) => failed)
    const { problems } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { problems: Problem[] }
    return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface Problem {
  readonly ruleId: string
  readonly message: string
  readonly location: readonly { readonly pointer: string }[]
}

test('the document is without an error or a warning, whatever a viewer may read', async () => {
  expect(await problemsOf(openApiDocument(reports, everything))).toEqual([])
  expect(await problemsOf(openApiDocument([activeFindings], { server: '/api' }))).toEqual([])
  expect(await problemsOf(openApiDocument([]))).toEqual([])
  expect(await problemsOf({ ...openApiDocument(reports), tags: 'nonsense' })).not.toEqual([])
}, 60_000)

test('every operation for viewers says what happens without a sign-in, a tenant or a report', () => {
  const paths = Object.entries<any>((openApiDocument(reports, everything) as any).paths)
  expect(paths.map(([path]) => path)).toEqual([
    '/reports',
    '/reports/events',
    '/reports/rows',
    ...['active-findings', 'booking-comparison', 'bookings-between', 'revenue-by-channel'].flatMap((name) => [
      `/reports/${name}`,
      `/reports/${name}/rows`,
      ...(['active-findings', 'bookings-between'].includes(name) ? [`/reports/${name}/options/{filter}`] : []),
    ]),
    '/openapi.json',
    '/health/live',
    '/health/ready',
    '/metrics',
  ])
  for (const [path, item] of paths) {
    const statuses = Object.keys(Object.values<any>(item)[0].responses)
    if (/^.(health|metrics)/.test(path)) continue
    expect(statuses, path).toEqual(expect.arrayContaining(['401', '403', '500', '503']))
    if (/^.reports.\w+-/.test(path)) expect(statuses, path).toContain('404')
  }
})

test('a report called rows shares its path with the reading of several', () => {
  const rows = { ...activeFindings, name: 'rows' }
  const { paths } = openApiDocument([rows]) as any
  expect(Object.keys(paths['/reports/rows'])).toEqual(['post', 'get'])
})

test('parameters and rows have the types of the report, and texts the language of the reader', () => {
  const { paths, components } = openApiDocument(reports, everything) as any
  const { parameters } = paths['/reports/bookings-between/rows'].get
  expect(parameters.slice(0, 3)).toEqual([
    { name: 'from', in: 'query', description: 'from', required: true, schema: { type: 'string', format: 'date' } },
    { name: 'to', in: 'query', description: 'to', required: true, schema: { type: 'string', format: 'date' } },
    {
      name: 'status',
      in: 'query',
      description: 'status: one value, or several by repeating the name.',
      schema: { type: 'array', items: { type: 'string', enum: ['kept', 'canceled', 'other'] } },
    },
  ])
  expect(components.schemas['active-findings.row'].properties).toEqual({
    severity: { type: 'string', enum: ['high', 'low', 'other'], title: 'Schwere' },
    group: { type: 'string', title: 'Gruppe' },
    groupLabel: { type: ['string', 'null'], title: 'Gruppe' },
    active: { type: 'integer', title: 'active' },
    worst: { type: ['string', 'null'], pattern: '^-?\\d+\\.\\d{1}$', title: 'worst' },
    effort: expect.objectContaining({ type: 'string', pattern: '^-?\\d+$', title: 'effort' }),
    newest: { type: ['string', 'null'], format: 'date-time', title: 'newest' },
    part: expect.objectContaining({ type: ['string', 'null'], pattern: '^-?\\d+\\.\\d{4}$', title: 'part' }),
  })
  const { revenue } = components.schemas['booking-comparison.row'].properties
  expect(revenue).toMatchObject({
    type: 'object',
    required: ['current', 'previous'],
    description: 'Currency: EUR.',
    properties: { current: { type: 'string', pattern: '^-?\\d+\\.\\d{2}$' } },
  })
})

test('T7 the document of a viewer names what the viewer may read, and nothing else', async () => {
  const { reports } = await sample()
  const text = JSON.stringify(openApiDocument(reports.readable(person('acme', ['bookings.read']))))
  expect(text).toContain('booking-comparison')
  for (const word of ['active-findings', 'findings.read', 'severity', 'cvss']) expect(text).not.toContain(word)
})
