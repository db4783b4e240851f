import { html, nothing, type TemplateResult } from 'lit'
import type { ColumnDescription } from '../http/wire.ts'
import type { Messages } from './messages.ts'
import type { TablePlan } from './table-plan.ts'

/** One line of headings; in a comparison a second for the periods, called as `periods` says. */
export function renderHead(
  { heads, columns, hasPeriods }: TablePlan,
  periods: Readonly<Record<string, string>> | undefined,
  messages: Messages,
): TemplateResult {
  const first = heads.map(({ column, span, isNumber }) => {
    const isGroup = column.periods !== undefined
    return html`<th
      scope=${isGroup ? 'colgroup' : 'col'}
      class="${isNumber ? 'number' : ''} ${isGroup ? 'group' : ''}"
      colspan=${span}
      rowspan=${hasPeriods && !isGroup ? 2 : 1}
      title=${column.description ?? nothing}
    >${headingOf(column, messages)}</th>`
  })
  const second = columns.flatMap(({ period, isNumber }) =>
    period === undefined
      ? []
      : [
          html`<th scope="col" class=${isNumber ? 'number' : ''}>${periods?.[period] ?? messages.periods[period] ?? period}</th>`,
        ],
  )
  return html`<tr>${first}</tr>${hasPeriods ? html`<tr>${second}</tr>` : nothing}`
}

/** The column of time has no label of its own. */
const headingOf = ({ label, name, grain }: ColumnDescription, messages: Messages): string =>
  grain !== undefined && label === name ? messages.grains[grain] : label
