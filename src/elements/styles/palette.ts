import { css } from 'lit'

/**
 * The colours of series, in light and dark. Each has a contrast of at least 3 against the surface, and differs from the others also
 * for who does not see red or green. One series alone has the host's accent.
 */
export const palette = css`
  :host {
    --_series-1: var(--millrace-series-1, light-dark(#4e58c7, #6f73e6));
    --_series-2: var(--millrace-series-2, light-dark(#bf7b00, #f79401));
    --_series-3: var(--millrace-series-3, light-dark(#5d958a, #0cd1a5));
    --_series-4: var(--millrace-series-4, light-dark(#880036, #aa6d8d));
    --_series-5: var(--millrace-series-5, light-dark(#7e7ef2, #fcde3d));
    --_series-6: var(--millrace-series-6, light-dark(#3f6d82, #78f4fd));
    --_series-7: var(--millrace-series-7, light-dark(#b03100, #cf5f0a));
    --_series-8: var(--millrace-series-8, light-dark(#6c1880, #9ea3ff));
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
