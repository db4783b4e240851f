/** How busy a day is for renting vehicles, 1 on an ordinary one: the weekday, the time of year and the holidays in it. */
export function season(day: Date): number {
  return (weekdays[day.getUTCDay()] as number) * timeOfYear(day)
}

/** How busy an hour of the local day is; the sum is not 1. */
export const hours: Readonly<Record<string, number>> = Object.fromEntries(
  [1, 0.6, 0.4, 0.3, 0.5, 1.2, 3, 6, 9, 10, 9.5, 9, 9.5, 8.5, 8, 8.2, 9, 10.5, 11, 9.5, 8, 6, 4, 2].map(
    (weight, hour) => [String(hour), weight],
  ),
)

/** From Sunday. People book before the weekend. */
const weekdays = [0.82, 0.96, 0.94, 1, 1.14, 1.26, 0.98]

/** Summer is high, February low; school holidays around Easter, in autumn and at Christmas stand out. */
function timeOfYear(day: Date): number {
  const at = (day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / 86_400_000
  const winter = bump(at, 32, 40, 0.22) + bump(at, 32 + 365, 40, 0.22)
  const holidays = bump(at, 100, 9, 0.16) + bump(at, 290, 8, 0.04) + bump(at, 348, 12, 0.3) - bump(at, 358.5, 1.5, 0.5)
  return 1 + bump(at, 205, 38, 0.3) - winter + holidays
}

const bump = (at: number, middle: number, width: number, height: number): number =>
  height * Math.exp(-(((at - middle) / width) ** 2))
