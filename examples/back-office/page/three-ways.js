import { element } from '/elements.js'
import { figuresTable, tookText } from '/figures.js'

const ways = [
  { id: 'first', name: 'SQL as first written', where: 'On the primary, beside its writes' },
  { id: 'replica', name: 'Replica engine', where: 'One bounded statement for each, on the standby' },
  { id: 'store', name: 'Reporting store', where: 'Counters that follow the primary' },
]

/** The dashboard of some reports three ways; those that the person may not read are left out. */
export async function showThreeWays(section, readable) {
  const response = await fetch('/three-ways').catch(() => undefined)
  const known = response?.ok ? (await response.json()).reports : []
  const reports = readable.filter(({ name }) => known.includes(name))
  if (reports.length === 0 || !section.isConnected) return
  section.hidden = false
  const run = section.querySelector('[data-run]')
  const outcome = section.querySelector('[data-outcome]')
  const columns = ways.map((way) => column(way, reports))
  section.querySelector('.ways').replaceChildren(...columns.map(({ card }) => card))
  let running

  run.addEventListener('click', async () => {
    if (running !== undefined) return running.abort()
    running = new AbortController()
    run.textContent = 'Stop'
    outcome.textContent = 'Asking all three'
    for (const each of columns) each.clear()
    const leaving = setInterval(() => section.isConnected || running?.abort(), 300)
    const verdicts = []
    for (const { name } of reports) {
      if (running.signal.aborted) break
      verdicts.push(await ask(name, columns, running.signal).catch(() => 'stopped'))
    }
    clearInterval(leaving)
    for (const each of columns) each.stop()
    outcome.textContent = running.signal.aborted ? 'Stopped.' : summaryOf(verdicts, columns)
    running = undefined
    run.textContent = 'Run again'
  })
}

async function ask(report, [first, replica, store], signal) {
  first.start()
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/three-ways', { method: 'POST', headers, body: JSON.stringify({ report }), signal })
  if (!response.ok) throw new Error(String(response.status))
  let verdict
  let columns
  let mayCompare = false
  for await (const line of linesOf(response.body)) {
    if (line.comparison !== undefined) {
      const { comparison } = line
      columns = comparison.columns
      mayCompare = comparison.equal !== null
      verdict = comparison.equal
      replica.answer(report, comparison.replica, columns)
      store.answer(
        report,
        comparison.store.building ? { problem: 'Being built; ask again later' } : comparison.store,
        columns,
      )
      first.text(report, line.sql)
      // The engines' answers are in: from here on it is the SQL that is waited for.
      first.start()
    } else {
      first.answer(report, line.first, columns)
      verdict = mayCompare && verdict && line.first.equal
    }
  }
  return verdict
}

async function* linesOf(body) {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    for (const line of lines) yield JSON.parse(line)
  }
}

function column({ id, name, where }, reports) {
  const total = element('p', { className: 'took', textContent: '–' })
  const parts = new Map(reports.map((report) => [report.name, part(report)]))
  const card = element('article', { className: 'way' }, [
    element('h3', { textContent: name }),
    element('p', { className: 'current', textContent: where }),
    total,
    ...[...parts.values()].map(({ root }) => root),
  ])
  card.dataset.way = id
  let done = 0
  let began
  let timer
  const show = () => {
    total.textContent = tookText(done + (began === undefined ? 0 : performance.now() - began))
  }
  const stop = () => {
    clearInterval(timer)
    began = undefined
  }
  return {
    card,
    total: () => done,
    clear() {
      stop()
      done = 0
      total.textContent = '–'
      for (const each of parts.values()) each.clear()
    },
    /** A clock that is seen to run. */
    start() {
      stop()
      began = performance.now()
      timer = setInterval(show, 100)
    },
    stop,
    text: (report, sql) => parts.get(report).text(sql),
    answer(report, side, columns) {
      stop()
      done += side.milliseconds ?? 0
      show()
      parts.get(report).answer(side, columns, name)
    },
  }
}

function part({ title }) {
  const took = element('span', { className: 'part-took' })
  const figures = element('div', { className: 'figures' })
  const sql = element('details', { hidden: true }, [element('summary', { textContent: 'The SQL' }), element('pre')])
  const root = element('section', { className: 'part' }, [
    element('h4', {}, [element('span', { textContent: title }), took]),
    figures,
    sql,
  ])
  return {
    root,
    clear() {
      took.textContent = ''
      figures.replaceChildren()
    },
    text(text) {
      sql.hidden = false
      sql.querySelector('pre').textContent = text
    },
    answer(side, columns, name) {
      if ('problem' in side) {
        figures.replaceChildren(element('p', { className: 'current', textContent: side.problem }))
        return
      }
      took.textContent = tookText(side.milliseconds)
      const known = columns.filter((column) => side.rows.length === 0 || column.name in side.rows[0])
      figures.replaceChildren(figuresTable(known, side.rows, `${title}, ${name}`, { rows: 4, measures: 3 }))
    },
  }
}

function summaryOf(verdicts, [first, replica, store]) {
  const times = `${tookText(first.total())}, ${tookText(replica.total())} and ${tookText(store.total())}`
  if (verdicts.includes(false)) return `The figures differ. ${times}.`
  if (verdicts.some((verdict) => verdict !== true)) return `Not all three have answered. ${times}.`
  const factor = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 2 })
  const ratio = factor.format(first.total() / store.total())
  return `All figures are equal, at the same position: ${times}. The store took one part in ${ratio} of the first.`
}
