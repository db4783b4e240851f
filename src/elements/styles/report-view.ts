import { css } from 'lit'

/** Values beside each other; and room of a chart's height while it is not known what will stand there. */
export const reportView = css`
  .values {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 180px), 1fr));
    gap: 12px;
  }
  .bone.shape {
    display: block;
    width: 100%;
    height: var(--millrace-chart-height, 240px);
    opacity: 0.5;
  }
`
