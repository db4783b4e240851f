import { css } from 'lit'

export const value = css`
  section {
    gap: 4px;
  }
  .value {
    margin: 0;
    font-size: clamp(22px, 12cqi, 32px);
    font-weight: 650;
    line-height: 1.2;
    letter-spacing: -0.015em;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .change {
    margin: 0;
    min-height: 1.45em;
    font-size: 13px;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .by {
    font-weight: 600;
    color: var(--_text);
    white-space: nowrap;
  }
  .from {
    white-space: nowrap;
  }
  .by.good {
    color: var(--_good);
  }
  .by.bad {
    color: var(--_bad);
  }
  footer {
    padding-top: 6px;
  }
  /* How old figures are takes two lines where there is little room: it has them before they are old. */
  @container (max-width: 239px) {
    footer {
      min-height: 36px;
      margin-bottom: -8px;
    }
  }
  .bone.figure {
    width: 5em;
    max-width: 100%;
    height: 0.85em;
    vertical-align: -0.05em;
  }
  .bone.change-words {
    width: 11em;
    max-width: 100%;
    height: 0.8em;
  }
  .message {
    font-size: 13px;
    gap: 6px;
  }
`
