import { html, nothing, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { renderSpark } from './chart/spark.ts'
import { ReportElement } from './report-element.ts'
import { palette } from './styles/palette.ts'
import { spark } from './styles/spark.ts'

/** The line below a figure, of a report of its own. It stands inside `<millrace-value>`, which says what the figure is. */
export class MillraceSpark extends ReportElement {
  static override properties = { measure: {} }
  static override styles = [...ReportElement.styles, palette, spark]

  /** The column that is drawn; its first measure unless given. */
  declare measure: string | undefined

  protected override render(): TemplateResult | typeof nothing {
    const { answer } = this
    return answer === undefined ? nothing : this.renderAnswer(answer)
  }

  protected override renderSkeleton(): TemplateResult {
    return html``
  }

  protected override renderAnswer(answer: ReportAnswer): TemplateResult {
    return html`${renderSpark(answer, this.measure, this.language)}`
  }
}
