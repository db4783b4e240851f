import { describeAnswered } from '/answered.js'
import { element } from '/elements.js'

/** The drawer that tells how the reports of the page were answered, one at a time. `list` gives the reports with their titles. */
export function drawer(dialog, { reports, list }) {
  const choice = dialog.querySelector('select')
  const told = dialog.querySelector('[data-told]')
  const again = dialog.querySelector('[data-again]')
  let asking = 0

  async function tell() {
    const turn = ++asking
    told.setAttribute('aria-busy', 'true')
    const params = shownOf(choice.value)?.params ?? {}
    const body = JSON.stringify({ report: choice.value, params, replicaOnly: reports.endpoint === '/replica' })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch('/answered', { method: 'POST', headers, body }).catch(() => undefined)
    const answer = await response?.json().catch(() => undefined)
    if (turn !== asking) return
    told.setAttribute('aria-busy', 'false')
    const trouble = answer?.message ?? 'The back office cannot be reached.'
    told.replaceChildren(...(response?.ok ? describeAnswered(answer) : [element('p', { textContent: trouble })]))
  }
  const shown = () => [...reports.querySelectorAll('[report]')].filter(({ state }) => state !== 'absent')
  const shownOf = (report) => shown().find((each) => each.getAttribute('report') === report)

  choice.addEventListener('change', tell)
  again.addEventListener('click', tell)
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close())
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close()
  })
  dialog.addEventListener('close', () => {
    asking++
    told.replaceChildren()
  })

  async function open(report) {
    told.replaceChildren()
    dialog.showModal()
    const names = new Set(shown().map((each) => each.getAttribute('report')))
    const known = (await list()).filter(({ name }) => names.has(name))
    choice.replaceChildren(...known.map(({ name, title }) => element('option', { value: name, textContent: title })))
    if (known.some(({ name }) => name === report)) choice.value = report
    if (dialog.open) await tell()
  }
  return {
    open,
    close: () => dialog.close(),
    /** Gives each chart and table of the page a button that opens it there. */
    offer(content) {
      for (const shown of content.querySelectorAll('[report]:not(millrace-value)')) {
        const button = element('button', {
          type: 'button',
          className: 'how',
          slot: 'actions',
          title: 'How it is answered',
        })
        button.setAttribute('aria-label', `How it is answered: ${shown.getAttribute('label')}`)
        button.addEventListener('click', () => open(shown.getAttribute('report')))
        shown.append(button)
      }
    },
  }
}
