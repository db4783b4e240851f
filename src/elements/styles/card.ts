import { css } from 'lit'

/** The frame that every element has: heading, freshness, and what stands in place of figures. */
export const card = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  :host([hidden]),
  :host([state='absent']) {
    display: none;
  }
  section {
    display: flex;
    flex-direction: column;
    gap: 10px;
    box-sizing: border-box;
    height: 100%;
    padding: var(--_padding);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 6px 12px;
  }
  .heading {
    margin: 0;
    font-size: 13px;
    font-weight: 600;
    color: var(--_muted);
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 6px 12px;
    min-height: 20px;
    position: relative;
    margin-top: auto;
    font-size: 12px;
    color: var(--_muted);
  }
  progress {
    position: absolute;
    inset: auto 0 -9px;
    width: 100%;
    height: 5px;
    accent-color: var(--_accent);
  }
  /* Words and figures of another direction than the page's keep their own order, and stand where the page's would. */
  :host(:dir(rtl)) :is(p, th, td, .heading, .name) {
    unicode-bidi: plaintext;
    text-align: right;
  }
  .freshness {
    display: inline-flex;
    align-items: baseline;
    gap: 6px;
  }
  .freshness::before {
    content: '';
    flex: none;
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--_good);
  }
  .freshness.behind {
    color: var(--_warn);
    font-weight: 600;
  }
  /* A triangle, so that it is told from the dot without its colour. */
  .freshness.behind::before {
    width: 9px;
    height: 8px;
    border-radius: 0;
    background: currentColor;
    clip-path: polygon(50% 0, 100% 100%, 0 100%);
  }
  /* A message in place of figures, in the room that they would take. */
  .instead {
    flex: 1;
    display: grid;
    gap: inherit;
  }
  .instead > * {
    grid-area: 1 / 1;
  }
  /* As the figures will stand, to the pixel. */
  :is(.skeleton, .hidden) {
    display: flex;
    flex-direction: column;
    gap: inherit;
  }
  .hidden {
    visibility: hidden;
  }
  section:focus {
    outline: none;
  }
  .message {
    flex: 1;
    margin: 0;
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    justify-content: center;
    gap: 10px;
    color: var(--_muted);
  }
  .message.error {
    color: var(--_text);
  }
  button {
    box-sizing: border-box;
    min-height: 28px;
    padding: 3px 10px;
    font: inherit;
    font-size: 12.5px;
    color: var(--_accent);
    background: none;
    border: 1px solid var(--_line);
    border-radius: 7px;
    cursor: pointer;
  }
  button:hover {
    border-color: currentColor;
  }
  :is(button, [tabindex]):focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .bone {
    display: inline-block;
    border-radius: 5px;
    background: var(--_line);
    animation: breathe 1.6s ease-in-out infinite;
  }
  /* Stands exactly where the words will, which is what a browser measures. */
  .unnamed {
    display: inline-flex;
    align-items: center;
    height: 1lh;
    vertical-align: top;
  }
  .bone.name {
    width: 9em;
    height: 0.8em;
  }
  .bone.when {
    width: 7em;
    height: 0.8em;
  }
  @keyframes breathe {
    50% {
      opacity: 0.45;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }
    progress:indeterminate {
      visibility: hidden;
    }
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media print {
    section {
      break-inside: avoid;
    }
    button {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .freshness::before {
      background: CanvasText;
      forced-color-adjust: none;
    }
    .bone {
      background: GrayText;
      forced-color-adjust: none;
    }
  }
`
