/** Tenths of a pixel: more are not seen, and make a page larger. */
export const round = (pixels: number): number => Math.round(pixels * 10) / 10
