import { css } from 'lit'

/**
 * What a host may set, as custom properties that inherit into every element. Light or dark follows the page's own
 * `color-scheme`. The colours of text have a contrast of at least 4.5 on their surface in both.
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
    font: var(--millrace-font, 400 14px/1.45 system-ui, sans-serif);
    color: var(--_text);
  }
`
