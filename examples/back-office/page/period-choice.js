import { element } from '/elements.js'
import { periods, usualPeriod } from '/periods.js'

/** The choice of a period, as buttons of which one is pressed in. */
export function periodChoice(place, changed) {
  const choice = element('fieldset', { className: 'choice' }, [
    element('legend', { className: 'unseen', textContent: 'Period' }),
    ...periods.map(({ id, name }) => {
      const input = element('input', { type: 'radio', name: 'period', value: id })
      return element('label', {}, [input, element('span', { textContent: name })])
    }),
  ])
  choice.addEventListener('change', ({ target }) => changed(periodOf(target.value)))
  place.append(choice)
  return {
    show({ id }) {
      choice.querySelector(`[value="${id}"]`).checked = true
    },
  }
}

/** The period of an id; the usual one where there is none of it. */
export const periodOf = (id) => periods.find((period) => period.id === id) ?? usualPeriod
