/** `millrace/elements`: registers the custom elements of a dashboard. */

export type { TokenSource } from '../client/access.ts'

import { MillraceReports } from './millrace-reports.ts'
import { MillraceTable } from './millrace-table.ts'
import { MillraceValue } from './millrace-value.ts'

export { addMessages, type Messages } from './messages.ts'
export { MillraceReports, MillraceTable, MillraceValue }

declare global {
  interface HTMLElementTagNameMap {
    'millrace-reports': MillraceReports
    'millrace-table': MillraceTable
    'millrace-value': MillraceValue
  }
}

const elements = {
  'millrace-reports': MillraceReports,
  'millrace-table': MillraceTable,
  'millrace-value': MillraceValue,
}
/** A page may load the module twice, under two addresses. */
for (const [name, element] of Object.entries(elements))
  if (customElements.get(name) === undefined) customElements.define(name, element)
