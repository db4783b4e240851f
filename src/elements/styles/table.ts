import { css } from 'lit'

export const table = css`
  header {
    min-height: 28px;
  }
  /* Of the height that its button has, whether there is one or not. */
  footer {
    min-height: 28px;
  }
  /* Where the table is wider than its place, a shadow at the edge says that there is more. */
  .scroll {
    position: relative;
    overflow-x: auto;
    background:
      linear-gradient(to right, var(--_surface) 40%, transparent) left / 36px 100% local,
      linear-gradient(to left, var(--_surface) 40%, transparent) right / 36px 100% local,
      linear-gradient(to right, light-dark(rgb(0 0 0 / 14%), rgb(0 0 0 / 60%)), transparent) left / 10px 100% scroll,
      linear-gradient(to left, light-dark(rgb(0 0 0 / 14%), rgb(0 0 0 / 60%)), transparent) right / 10px 100% scroll;
    background-repeat: no-repeat;
  }
  table {
    width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    box-sizing: border-box;
    height: 34px;
    padding: 5px 0;
    padding-inline-start: clamp(10px, 3.4cqi, 20px);
    font-weight: 400;
    text-align: start;
    white-space: nowrap;
    border-bottom: 1px solid var(--_line);
  }
  :is(th, td):first-child {
    padding-inline-start: 0;
  }
  tbody tr:last-child > * {
    border-bottom-color: transparent;
  }
  thead th {
    height: 28px;
    padding-block: 3px;
    font-size: 12px;
    font-weight: 600;
    color: var(--_muted);
    line-height: 1.25;
    white-space: normal;
    vertical-align: bottom;
  }
  thead tr:nth-child(2) th {
    font-weight: 400;
  }
  thead th.group {
    border-bottom-color: transparent;
  }
  tbody th {
    font-weight: 500;
  }
  /* What a row is about stays in sight while its figures are scrolled. */
  :where(tbody th, thead tr:first-child th:first-child) {
    position: sticky;
    inset-inline-start: 0;
    background: var(--_surface);
  }
  tbody tr:hover > * {
    background: color-mix(in srgb, var(--_line) 35%, var(--_surface));
  }
  .number {
    text-align: right;
  }
  :host(:dir(rtl)) .number {
    text-align: left;
  }
  .none {
    color: var(--_muted);
  }
  .growth {
    font-weight: 600;
  }
  .growth .arrow {
    font-size: 0.75em;
  }
  .growth.good {
    color: var(--_good);
  }
  .growth.bad {
    color: var(--_bad);
  }
  .with-bar {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 10px;
  }
  .with-bar span {
    flex: none;
    min-width: 4ch;
  }
  .bar {
    display: block;
    flex: 1 1 auto;
    width: 40px;
    max-width: 180px;
    height: 6px;
  }
  .track {
    fill: var(--_line);
  }
  .fill {
    fill: var(--_accent);
  }
  .line {
    display: flex;
    align-items: center;
    justify-content: space-between;
    height: 34px;
  }
  .line.head {
    height: 28px;
  }
  .line .bone {
    width: 22%;
    height: 9px;
  }
  .line .bone:first-child {
    width: 34%;
  }
  @media print {
    .scroll {
      overflow: visible;
    }
  }
  @media (forced-colors: active) {
    .fill {
      fill: Highlight;
      forced-color-adjust: none;
    }
  }
`
