import { element } from '/elements.js'

const locale = document.documentElement.lang
const dimensions = ['dimension', 'label', 'time']
const grains = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month', quarter: 'Quarter', year: 'Year' }

/** The first rows of an answer as a table: what tells the rows apart, and the first of their figures. */
export function figuresTable(columns, rows, caption, most = { rows: 5, measures: 2 }) {
  const shown = shownOf(columns, most.measures)
  const isOne = rows.length === 1 && !shown.some(({ column }) => tellsApart(column))
  const body = isOne
    ? columns.flatMap((column) =>
        periodsOf(column).map((period) => [headOf({ column, period }), textOf(rows[0], { column, period })]),
      )
    : rows.slice(0, most.rows).map((row) => shown.map((each) => textOf(row, each)))
  const head = isOne ? [] : [element('thead', {}, [line('th', shown.map(headOf), shown)])]
  return element('table', {}, [
    element('caption', { className: 'unseen', textContent: caption }),
    ...head,
    element(
      'tbody',
      {},
      body.map((cells) => line('td', cells, isOne ? [] : shown)),
    ),
  ])
}

function shownOf(columns, mostMeasures) {
  const labelled = columns.filter(({ role }) => role === 'label').map(({ name }) => name)
  const keys = columns.filter((column) => tellsApart(column) && !labelled.includes(`${column.name}Label`))
  const figures = columns.filter((column) => !tellsApart(column)).slice(0, Math.max(1, mostMeasures + 1 - keys.length))
  return [
    ...keys.map((column) => ({ column, period: periodsOf(column)[0] })),
    ...figures.map((column) => ({ column, period: periodsOf(column)[0] })),
  ]
}

const periodsOf = ({ periods }) => periods ?? [undefined]
function headOf({ column, period }) {
  if (column.role === 'time') return grains[column.grain] ?? 'Time'
  return period === undefined ? column.label : `${column.label}, ${period}`
}

const isNumber = ({ kind }) => ['integer', 'bigint', 'decimal', 'real'].includes(kind)

/** Raw SQL does not say which of its columns are figures: its numbers are. */
const tellsApart = (column) => dimensions.includes(column.role) || (column.role === 'column' && !isNumber(column))

function textOf(row, { column, period }) {
  const found = row[column.name]
  const value = period === undefined || typeof found !== 'object' ? found : found?.[period]
  if (value === null || value === undefined) return '–'
  if (column.kind === 'enum') return column.values?.find((each) => each.value === value)?.label ?? value
  if (column.kind === 'timestamp') return new Date(value).toLocaleDateString(locale, { dateStyle: 'medium' })
  if (column.kind === 'date')
    return new Date(`${value}T00:00:00Z`).toLocaleDateString(locale, {
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    })
  if (isNumber(column)) return numberText(column, value)
  return String(value)
}

/** Of the exact text: a number that is grouped is never turned into a float on the way. */
function numberText({ unit, currency, scale = 0 }, value) {
  const style =
    currency !== undefined
      ? { style: 'currency', currency }
      : unit === 'percent'
        ? { style: 'percent', maximumFractionDigits: 1 }
        : { maximumFractionDigits: Math.min(scale, 2) }
  return new Intl.NumberFormat(locale, style).format(value)
}

function line(tag, cells, shown) {
  return element(
    'tr',
    {},
    cells.map((textContent, at) => {
      const isFigure = shown.length === 0 ? at === 1 : isNumber(shown[at].column)
      const cell = element(tag, { textContent, className: isFigure ? 'number' : '' })
      if (tag === 'th') cell.scope = 'col'
      return cell
    }),
  )
}

/** How long something took, in words that stay of one width. */
export function tookText(milliseconds) {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 120_000) return `${(milliseconds / 1000).toFixed(1)} s`
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`
}

/** How current a side's answer was when it was given. */
export function currentText({ asOf, lagSeconds, stale }) {
  if (asOf === null || lagSeconds === null) return 'Nobody can tell how current'
  const time = new Date(asOf).toLocaleTimeString(locale)
  const lag = lagSeconds < 1 ? `${Math.round(lagSeconds * 1000)} ms` : `${lagSeconds.toFixed(1)} s`
  return `${stale ? 'Behind: as' : 'As'} of ${time}, ${lag} before`
}

/** A place in the primary's log, as PostgreSQL writes it. */
export function lsnText(position) {
  const part = (from) =>
    position
      .slice(from, from + 8)
      .replace(/^0+(?=.)/, '')
      .toUpperCase()
  return `${part(0)}/${part(8)}`
}
