import { html, type nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { chooseView, type View, valuesOf } from './choose-view.ts'
import { ReportElement } from './report-element.ts'
import { reportView } from './styles/report-view.ts'

/** As many as have room in a chart's height, below two lines of headings. */
const rows = 5

/** What of the elements inside it a page may style. */
const parts = 'card,heading,freshness,message,retry,value,change,chart,legend,tooltip,table'

/**
 * `<millrace-report name="vulnerability-trend">`: a report as its own shape asks for: values, series, bars or a table. The page may say
 * which.
 */
export class MillraceReport extends ReportElement {
  static override properties: PropertyDeclarations = {
    name: {},
    as: {},
  }
  static override styles = [...ReportElement.styles, reportView]

  /** The report. */
  declare name: string
  /** `value`, `series`, `bars` or `table`; what its columns ask for unless given. */
  declare as: View | undefined

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.name !== undefined) this.report = this.name
    super.willUpdate(changed)
  }

  protected override render(): TemplateResult | typeof nothing {
    const { answer } = this
    return answer === undefined || answer.rows.length === 0 ? super.render() : this.renderAnswer(answer)
  }

  protected override renderAnswer({ columns, rows: found }: ReportAnswer): TemplateResult {
    const { report, params, label, level } = this
    const actions = html`<slot name="actions" slot="actions"></slot>`
    switch (this.as ?? chooseView(columns, found.length)) {
      case 'value':
        return html`<div class="values">${valuesOf(columns).map(
          (measure) =>
            html`<millrace-value exportparts=${parts} .report=${report} .params=${params} .level=${level} .measure=${measure}></millrace-value>`,
        )}<slot name="actions"></slot></div>`
      case 'series':
        return html`<millrace-series exportparts=${parts} .report=${report} .params=${params} .label=${label} .level=${level}>${actions}</millrace-series>`
      case 'bars':
        return html`<millrace-bars exportparts=${parts} .rows=${rows} .report=${report} .params=${params} .label=${label} .level=${level}>${actions}</millrace-bars>`
      default:
        return html`<millrace-table exportparts=${parts} .rows=${rows} .report=${report} .params=${params} .label=${label} .level=${level}>${actions}</millrace-table>`
    }
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<span class="bone shape"></span>`
  }
}
