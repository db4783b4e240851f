import { element } from '/elements.js'

/**
 * The filters of a page: each a button that opens a list of the values that this customer has, to be ticked. `changed` is told of what
 * is chosen.
 */
export function filterBar(root, changed) {
  let lists = []

  document.addEventListener('click', ({ target }) => {
    for (const { details } of lists) if (!details.contains(target)) details.open = false
  })
  root.addEventListener('keydown', (event) => {
    const details = event.target.closest('details[open]')
    if (event.key !== 'Escape' || details === null) return
    details.open = false
    details.querySelector('summary').focus()
  })
  // Who goes on with the keyboard leaves the list behind.
  root.addEventListener('focusout', ({ target, relatedTarget }) => {
    const details = target.closest('details[open]')
    if (details !== null && relatedTarget !== null && !details.contains(relatedTarget)) details.open = false
  })
  const clear = element('button', { type: 'button', className: 'clear', textContent: 'Clear filters', hidden: true })
  clear.addEventListener('click', () => {
    for (const list of lists) list.set([])
    told()
    lists[0]?.details.querySelector('summary').focus()
  })

  const chosen = () =>
    new Map(lists.map(({ name, values }) => [name, values()]).filter(([, values]) => values.length > 0))
  const told = () => {
    clear.hidden = chosen().size === 0
    changed(chosen())
  }
  return {
    /** Begins a page: its filters with the values that they may take. */
    enter(filters) {
      lists = filters.map((filter) => filterList(filter, told))
      root.replaceChildren(...lists.map(({ details }) => details), clear)
      root.hidden = lists.length === 0
    },
    /** Shows what is chosen; what a filter does not have is left out. What remains. */
    show(valuesOf) {
      for (const list of lists) list.set(valuesOf(list.name))
      const remaining = chosen()
      clear.hidden = remaining.size === 0
      return remaining
    },
  }
}

function filterList({ name, label, every, options }, told) {
  const said = element('span', { className: 'filter-said' })
  const summary = element('summary', {}, [element('span', { className: 'filter-name', textContent: label }), said])
  const boxes = options.map(({ value, label: text }) => {
    const box = element('input', { type: 'checkbox', value: String(value), name })
    box.addEventListener('change', () => {
      say()
      told()
    })
    return { box, text, line: element('label', {}, [box, element('span', { textContent: text })]) }
  })
  const details = element('details', { className: 'filter' }, [
    summary,
    element('fieldset', {}, [
      element('legend', { className: 'unseen', textContent: label }),
      ...boxes.map(({ line }) => line),
    ]),
  ])
  details.dataset.filter = name
  const ticked = () => boxes.filter(({ box }) => box.checked)
  const say = () => {
    const texts = ticked().map(({ text }) => text)
    const all = texts.length === 0
    said.textContent = all ? every : texts.length > 2 ? `${texts.length} of ${boxes.length}` : texts.join(', ')
    details.classList.toggle('narrows', !all)
  }
  say()
  return {
    name,
    details,
    /** All of them say the same as none. */
    values: () => (ticked().length === boxes.length ? [] : ticked().map(({ box }) => box.value)),
    set(values) {
      for (const { box } of boxes) box.checked = values.includes(box.value)
      say()
    },
  }
}
