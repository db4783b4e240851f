let context: CanvasRenderingContext2D | null | undefined

/** How wide texts are in the font of an element, at a size in pixels. */
export function textWidth(element: Element, pixels: number): (text: string) => number {
  context ??= document.createElement('canvas').getContext('2d')
  const font = `${pixels}px ${getComputedStyle(element).fontFamily}`
  return (text) => {
    if (context === null || context === undefined) return text.length * pixels * 0.6
    context.font = font
    return context.measureText(text).width
  }
}
