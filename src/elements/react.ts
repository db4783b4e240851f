/** `millrace/elements/react`: the custom elements as JSX of React 19 knows them. Types alone: importing it loads nothing. */

import type { HTMLAttributes, RefAttributes } from 'react'
import type { MillraceBars } from './millrace-bars.ts'
import type { MillraceReport } from './millrace-report.ts'
import type { MillraceReports } from './millrace-reports.ts'
import type { MillraceSeries } from './millrace-series.ts'
import type { MillraceTable } from './millrace-table.ts'
import type { MillraceValue } from './millrace-value.ts'

/** What an element is given as an attribute or a property: React 19 sets a property where the element has one of the name. */
type Given<E extends HTMLElement> = HTMLAttributes<E> &
  RefAttributes<E> & {
    readonly [Name in Exclude<keyof E, keyof HTMLElement | LitOwn> as E[Name] extends () => unknown
      ? never
      : Name]?: E[Name]
  }

/** What Lit gives to every element, and what an element only tells. */
type LitOwn =
  | 'state'
  | 'freshness'
  | 'isUpdatePending'
  | 'hasUpdated'
  | 'updateComplete'
  | 'renderOptions'
  | 'renderRoot'
  | 'addController'
  | 'removeController'
  | 'attributeChangedCallback'
  | 'requestUpdate'

interface ListGiven {
  /** Told when it is known which reports the viewer may read: `detail` is their names; null while it is not known. */
  readonly 'onmillrace-list'?: (event: CustomEvent<readonly string[] | null>) => void
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'millrace-bars': Given<MillraceBars>
      'millrace-report': Given<MillraceReport>
      'millrace-reports': Given<MillraceReports> & ListGiven
      'millrace-series': Given<MillraceSeries>
      'millrace-table': Given<MillraceTable>
      'millrace-value': Given<MillraceValue>
    }
  }
}
