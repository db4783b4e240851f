import { css } from 'lit'

/** Whatever the report turns out to be takes the room of a chart with its heading and its foot, so that nothing moves then. */
export const reportView = css`
  :host {
    display: grid;
    min-height: calc(var(--millrace-chart-height, 240px) + 78px + 2 * var(--_padding));
  }
  .values {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 140px), 1fr));
    gap: 12px;
  }
  :is(header, footer) {
    min-height: 28px;
  }
  .bone.shape {
    display: block;
    width: 100%;
    height: var(--millrace-chart-height, 240px);
    opacity: 0.5;
  }
`
