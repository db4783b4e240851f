import { css } from 'lit'

/**
 * What charts have in common: the plot, its axes, marks, legend and tooltip.
 *
 * @cssprop --millrace-chart-height - of a plot with its axes.
 */
export const chart = css`
  :host {
    --_chart-height: var(--millrace-chart-height, 240px);
  }
  header {
    min-height: 28px;
  }
  .chart {
    display: flex;
    flex-direction: column;
    gap: 8px;
    height: var(--_chart-height);
  }
  /* The rows scroll in the room of the drawing, below their headings. */
  .chart.rows .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
  }
  .chart.rows thead th {
    position: sticky;
    z-index: 1;
    top: 0;
    background: var(--_surface);
  }
  .plot {
    position: relative;
    flex: 1;
    min-height: 0;
    min-width: 0;
    border-radius: 4px;
    touch-action: pan-y;
  }
  .plot > svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    overflow: visible;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 12px;
    color: var(--_text);
  }
  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .swatch {
    flex: none;
    overflow: visible;
  }
  .note {
    margin: 0;
    font-size: 12px;
    color: var(--_muted);
  }
  /* Digits and dates keep the order of their own language in a page that is read from the right. */
  .axis text {
    direction: ltr;
    unicode-bidi: plaintext;
    font-size: 11px;
    fill: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .grid,
  .zero,
  .tick {
    stroke: var(--_line);
    stroke-width: 1;
    shape-rendering: crispEdges;
  }
  .zero,
  .tick {
    stroke: color-mix(in srgb, var(--_muted) 60%, var(--_line));
  }
  .rule {
    stroke: var(--_muted);
    stroke-width: 1;
    shape-rendering: crispEdges;
  }
  .line {
    fill: none;
    stroke: var(--_look);
    stroke-width: 2;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .line.partial {
    stroke-dasharray: 1 5;
  }
  .line.earlier {
    stroke-width: 1.5;
    stroke-dasharray: 5 4;
    stroke-linecap: butt;
    opacity: 0.85;
  }
  /* So that a line across a column is seen on it. */
  .halo {
    stroke: var(--_surface);
    stroke-width: 4;
  }
  .line.earlier.bars {
    stroke: var(--_text);
    stroke-dasharray: 4 2;
  }
  .point {
    fill: var(--_look);
    stroke: var(--_surface);
    stroke-width: 1;
    paint-order: stroke;
  }
  .point.partial {
    fill: var(--_surface);
    stroke: var(--_look);
    stroke-width: 1.5;
  }
  .point.active {
    stroke: var(--_surface);
    stroke-width: 4;
  }
  .point.active.partial {
    stroke: var(--_look);
    stroke-width: 3;
  }
  .area {
    stroke: none;
  }
  .alone .area:not(.partial) {
    fill: color-mix(in srgb, var(--_look) 20%, transparent);
  }
  .column {
    stroke: var(--_surface);
    stroke-width: 0.75;
  }
  .alone .column:not(.partial) {
    fill: var(--_look);
  }
  .outline {
    fill: none;
    stroke: var(--_text);
    stroke-width: 1.5;
  }
  .ground {
    fill: var(--_look);
  }
  .ground.faint {
    opacity: 0.28;
  }
  .texture {
    fill: none;
    stroke: var(--_surface);
    stroke-width: 1;
    opacity: 0.32;
  }
  .hatch {
    stroke: var(--_look);
    stroke-width: 1.5;
  }
  .beside {
    overflow: visible;
    pointer-events: none;
  }
  .room {
    display: flex;
    height: 100%;
    align-items: flex-start;
  }
  .left .room {
    justify-content: flex-end;
  }
  .right .room {
    justify-content: flex-start;
  }
  :host(:dir(rtl)) .left .room {
    justify-content: flex-start;
  }
  :host(:dir(rtl)) .right .room {
    justify-content: flex-end;
  }
  .tooltip {
    max-width: 100%;
    box-sizing: border-box;
    padding: 8px 10px;
    font-size: 12px;
    line-height: 1.4;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: 8px;
    box-shadow: 0 4px 14px light-dark(rgb(0 0 0 / 14%), rgb(0 0 0 / 55%));
  }
  .when {
    margin-bottom: 3px;
    font-weight: 600;
  }
  .entry {
    display: flex;
    align-items: baseline;
    gap: 7px;
    margin: 0 -4px;
    padding: 2px 4px;
    border-radius: 3px;
  }
  .entry.read {
    outline: 1.5px solid;
  }
  .entry .label {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .entry .other {
    display: block;
    color: var(--_muted);
  }
  .when {
    unicode-bidi: plaintext;
  }
  .entry .figure {
    flex: none;
    unicode-bidi: plaintext;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .bone.plot-bone {
    display: block;
    width: 100%;
    height: var(--_chart-height);
    opacity: 0.5;
  }
  @media print {
    .beside,
    .rule {
      display: none;
    }
    .plot,
    .legend {
      print-color-adjust: exact;
    }
  }
  @media (forced-colors: active) {
    :host {
      --_surface: Canvas;
      --_text: CanvasText;
      --_muted: CanvasText;
      --_line: CanvasText;
      --_accent: CanvasText;
    }
    .column {
      stroke: CanvasText;
    }
    .grid {
      opacity: 0.3;
    }
    .ground {
      fill: Canvas;
    }
    .texture {
      stroke: CanvasText;
      opacity: 1;
    }
    .point.active,
    .outline {
      stroke: Highlight;
    }
    .rule {
      stroke: Highlight;
    }
  }
`
