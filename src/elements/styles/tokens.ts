import { css } from 'lit'

/**
 * What a host may set, as custom properties that inherit into every element. Light or dark follows the page's own
 * `color-scheme`. The colours of text have a contrast of at least 4.5 on their surface in both.
 *
 * @cssprop --millrace-text - figures and what is read.
 * @cssprop --millrace-muted - headings, labels of axes, and what else stands back.
 * @cssprop --millrace-surface - behind everything.
 * @cssprop --millrace-line - frames, rules, and what is not there yet.
 * @cssprop --millrace-accent - buttons, the focus, bars, and a series that stands alone.
 * @cssprop --millrace-good - news that the report calls good.
 * @cssprop --millrace-bad - news that it calls bad.
 * @cssprop --millrace-warn - what is behind, or could not be refreshed.
 * @cssprop --millrace-radius - of the corners of the frame.
 * @cssprop --millrace-padding - between the frame and what is in it.
 * @cssprop --millrace-font-family - the page's own, unless set.
 * @cssprop --millrace-font-size - of what is read; headings and labels are a little smaller.
 */
export const tokens = css`
  :host {
    --_text: var(--millrace-text, light-dark(#17212b, #e7ecf2));
    --_muted: var(--millrace-muted, light-dark(#586573, #9aa7b5));
    --_surface: var(--millrace-surface, light-dark(#ffffff, #171d25));
    --_line: var(--millrace-line, light-dark(#e2e7ed, #2b3440));
    --_accent: var(--millrace-accent, light-dark(#2459c9, #84aaff));
    --_good: var(--millrace-good, light-dark(#08733f, #52d196));
    --_bad: var(--millrace-bad, light-dark(#b3202b, #ff8f95));
    --_warn: var(--millrace-warn, light-dark(#8a5200, #ffc566));
    --_radius: var(--millrace-radius, 10px);
    --_padding: var(--millrace-padding, 16px);
    font-family: var(--millrace-font-family, inherit);
    font-size: var(--millrace-font-size, 14px);
    font-weight: 400;
    line-height: 1.45;
    color: var(--_text);
  }
`
