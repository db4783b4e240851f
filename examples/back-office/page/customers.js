import { element } from '/elements.js'

/** The customers as cards with a heading of a level, each with a button for every role that one can sign in with. */
export function customerList(customers, level, choose) {
  return customers.map(({ id, name, place, products, roles }) =>
    element('article', { className: 'customer' }, [
      element(level, { textContent: name }),
      element('p', { className: 'customer-facts', textContent: `${place}. Uses ${products.join(' and ')}.` }),
      ...roles.map((role) => {
        const button = element('button', { type: 'button', className: 'role' }, [
          element('strong', { textContent: role.name }),
          element('span', { textContent: role.sees }),
        ])
        button.dataset.tenant = id
        button.dataset.role = role.id
        button.addEventListener('click', () => choose(id, role.id))
        return button
      }),
    ]),
  )
}
