import { css } from 'lit'

/**
 * A line without axes, in room of its own that is there before it is.
 *
 * @cssprop --millrace-spark-height - of the line below a figure.
 */
export const spark = css`
  .spark-room {
    height: var(--_spark-height);
    margin-top: 8px;
  }
  :host {
    --_spark-height: var(--millrace-spark-height, 36px);
  }
  .spark {
    display: block;
    box-sizing: border-box;
    width: 100%;
    height: var(--_spark-height);
    padding: 4px;
    overflow: visible;
  }
  :host(:dir(rtl)) .spark {
    transform: scaleX(-1);
  }
  .spark path {
    fill: none;
    stroke: var(--_look);
    stroke-width: 1.75;
    stroke-linejoin: round;
    stroke-linecap: round;
    vector-effect: non-scaling-stroke;
  }
  .spark .partial {
    stroke-dasharray: 1 4;
  }
  .spark .end {
    stroke-width: 6;
  }
  @media print {
    .spark {
      print-color-adjust: exact;
    }
  }
`
