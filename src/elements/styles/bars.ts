import { css } from 'lit'

/** Ranked bars: name, bar, value and share in columns; where there is little room, the bar below the name. */
export const bars = css`
  .ranking {
    display: grid;
  }
  .ranking > .reserve,
  .ranking > .room-of-bars {
    grid-area: 1 / 1;
  }
  .room-of-bars {
    display: flex;
    flex-direction: column;
    gap: 6px;
  }
  .reserve {
    visibility: hidden;
  }
  .plot {
    display: flex;
  }
  .bars {
    display: grid;
    grid-template-columns: fit-content(42%) minmax(40px, 1fr) max-content;
    column-gap: 12px;
    flex: 1;
    align-content: stretch;
    margin: 0;
    padding: 0;
    list-style: none;
    font-variant-numeric: tabular-nums;
  }
  .bars.few {
    grid-auto-rows: minmax(34px, auto);
    align-content: start;
  }
  .bars.with-share {
    grid-template-columns: fit-content(42%) minmax(40px, 1fr) max-content max-content;
  }
  .bars > li {
    position: relative;
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
    align-items: center;
    min-height: 28px;
    max-height: 51px;
    border-radius: 4px;
  }
  .bars > li.active {
    background: color-mix(in srgb, var(--_line) 45%, transparent);
  }
  .name {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
    line-height: 1.2;
  }
  .length {
    display: block;
    width: 100%;
    height: 20px;
    overflow: visible;
  }
  .ranking .fill,
  .legend .fill {
    fill: var(--_look);
    rx: 2px;
  }
  .mark {
    stroke: var(--_text);
    stroke-width: 2;
    stroke-dasharray: 3 2;
  }
  /* Units stand below units, whichever way the page is read. */
  .amount,
  .share {
    text-align: right;
    unicode-bidi: plaintext;
  }
  .amount {
    font-weight: 600;
  }
  .share {
    min-width: 3.4em;
    color: var(--_muted);
  }
  .bars .tooltip {
    position: absolute;
    z-index: 1;
    top: calc(100% - 2px);
    inset-inline-end: 0;
    min-width: 160px;
    pointer-events: none;
  }
  .by {
    font-weight: 600;
  }
  .by.good {
    color: var(--_good);
  }
  .by.bad {
    color: var(--_bad);
  }
  .actions {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .ranking .line:first-child {
    height: 34px;
  }
  @container (max-width: 459px) {
    .bars {
      grid-template-columns: minmax(0, 1fr) max-content;
    }
    .bars.few {
      grid-auto-rows: minmax(44px, auto);
    }
    .bars.with-share {
      grid-template-columns: minmax(0, 1fr) max-content max-content;
    }
    .bars > li {
      min-height: 36px;
      max-height: 56px;
      align-content: center;
      row-gap: 2px;
    }
    .ranking .line,
    .ranking .line:first-child {
      height: 44px;
    }
    .name {
      -webkit-line-clamp: 1;
    }
    .length {
      grid-column: 1 / -1;
      grid-row: 2;
      height: 12px;
    }
  }
  @media print {
    .bars .tooltip {
      display: none;
    }
    .length {
      print-color-adjust: exact;
    }
  }
  @media (forced-colors: active) {
    .bars > li.active {
      outline: 2px solid Highlight;
    }
  }
`
