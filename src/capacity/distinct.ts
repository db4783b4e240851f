/**
 * How many different ones there are among `all`, where `drawn` of them were drawn. Exact where all were; else it is followed on how it grew when
 * the second half was drawn: nothing new means that there are no more, only new ones that there always will be. As fewer are new
 * the more have been seen, it is never too few by more than chance.
 */
export function distinctOf(all: number, drawn: number, found: number, foundInHalf: number): number {
  if (all <= drawn || found === 0) return found
  if (foundInHalf === 0) return (found * all) / drawn
  const growth = Math.min(1, Math.max(0, Math.log2(found / foundInHalf)))
  return found * (all / drawn) ** growth
}
