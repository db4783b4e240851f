import { element } from '/elements.js'
import { currentText, lsnText, tookText } from '/figures.js'

const number = new Intl.NumberFormat(document.documentElement.lang)
const many = (count, one, several) => `${number.format(count)} ${count === 1 ? one : several}`

/** How a report was answered, in words and with what was run. */
export function describeAnswered(answer) {
  const { engine, building, counters, statement, milliseconds, rows, position, timeZone } = answer
  const isStore = engine === 'store'
  const name = isStore ? 'reporting store' : 'replica'
  const facts = [
    [
      'Engine',
      building ? 'Replica, while the counters of the store are being built' : isStore ? 'Reporting store' : 'Replica',
    ],
    ['Current', currentText(answer)],
    ['Answer', many(rows, 'row', 'rows')],
    ['Days of', timeZone],
    ...(counters === null
      ? []
      : [
          ['Read', `${many(counters.counters, 'counter', 'counters')} in ${many(counters.ranges, 'range', 'ranges')}`],
          ['Build', `Number ${number.format(counters.build)}`],
        ]),
    ...(position === null ? [] : [['Position', lsnText(position)]]),
  ]
  return [
    element('p', { className: 'answered-engine' }, [
      element('strong', { textContent: tookText(milliseconds) }),
      element('span', { textContent: ` by the ${name}, in the server` }),
    ]),
    element(
      'dl',
      { className: 'facts' },
      facts.map(([term, text]) =>
        element('div', {}, [element('dt', { textContent: term }), element('dd', { textContent: text })]),
      ),
    ),
    ...(statement === null ? [] : statementParts(statement, isStore)),
  ]
}

function statementParts({ text, values, tenancy, plan }, isStore) {
  const holds = tenancy === 'schema' ? 'the search path is the customer’s own schema' : 'the customer’s id comes first'
  return [
    element('h3', { textContent: isStore ? 'The statement that the counters stand for' : 'The statement' }),
    element('p', {
      className: 'about',
      textContent: `${isStore ? 'The replica would run it' : 'Run on the standby'}, read-only and with a time limit; ${holds}.`,
    }),
    code(text),
    ...(values.length === 0
      ? []
      : [
          element('h4', { textContent: 'Its values' }),
          element(
            'ol',
            { className: 'values' },
            values.map((value) => element('li', {}, [element('code', { textContent: value })])),
          ),
        ]),
    element('details', {}, [element('summary', { textContent: 'The database’s plan' }), code(plan.join('\n'))]),
  ]
}

function code(text) {
  const block = element('pre', { tabIndex: 0 }, [element('code', { textContent: text })])
  return block
}
