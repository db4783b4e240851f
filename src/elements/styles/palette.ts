import { css } from 'lit'

/**
 * The colours of series, in light and dark. Each has a contrast of at least 3 against the surface, and differs from the others also
 * for who does not see red or green. One series alone has the host's accent.
 *
 * @cssprop --millrace-series-1 - the first series.
 * @cssprop --millrace-series-2 - the second series.
 * @cssprop --millrace-series-3 - the third series.
 * @cssprop --millrace-series-4 - the fourth series.
 * @cssprop --millrace-series-5 - the fifth series.
 * @cssprop --millrace-series-6 - the sixth series.
 * @cssprop --millrace-series-7 - the seventh series.
 * @cssprop --millrace-series-8 - the eighth series.
 */
export const palette = css`
  :host {
    --_series-1: var(--millrace-series-1, light-dark(#515ccf, #617ff2));
    --_series-2: var(--millrace-series-2, light-dark(#c96706, #fda701));
    --_series-3: var(--millrace-series-3, light-dark(#039b99, #71d5b8));
    --_series-4: var(--millrace-series-4, light-dark(#8d065d, #c74b93));
    --_series-5: var(--millrace-series-5, light-dark(#857bf4, #dba3ff));
    --_series-6: var(--millrace-series-6, light-dark(#095190, #a4e9ff));
    --_series-7: var(--millrace-series-7, light-dark(#9e5146, #d75b0c));
    --_series-8: var(--millrace-series-8, light-dark(#294700, #82ab82));
  }
  .look-0 { --_look: var(--_series-1); }
  .look-1 { --_look: var(--_series-2); }
  .look-2 { --_look: var(--_series-3); }
  .look-3 { --_look: var(--_series-4); }
  .look-4 { --_look: var(--_series-5); }
  .look-5 { --_look: var(--_series-6); }
  .look-6 { --_look: var(--_series-7); }
  .look-7 { --_look: var(--_series-8); }
  .alone { --_look: var(--_accent); }
  @media (forced-colors: active) {
    .look-0, .look-1, .look-2, .look-3, .look-4, .look-5, .look-6, .look-7, .alone { --_look: CanvasText; }
  }
`
