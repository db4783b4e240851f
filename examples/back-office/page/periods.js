/** What the reader chooses among where a report's reader gives its days: whole weeks, the current one included. */
export const periods = [
  { id: '8-weeks', name: '8 weeks', weeks: 8 },
  { id: '26-weeks', name: '26 weeks', weeks: 26 },
  { id: '1-year', name: '1 year', weeks: 52 },
  { id: '3-years', name: '3 years', weeks: 156 },
]
export const usualPeriod = periods[0]

/** From the Monday of so many weeks, to the end of today, in the customer's own zone. */
export function daysOf({ weeks }, timeZone) {
  const format = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' })
  const today = Object.fromEntries(format.formatToParts(new Date()).map(({ type, value }) => [type, Number(value)]))
  const day = (date) => new Date(Date.UTC(today.year, today.month - 1, date))
  const sinceMonday = (day(today.day).getUTCDay() + 6) % 7
  const text = (date) => day(date).toISOString().slice(0, 10)
  return { from: text(today.day - sinceMonday - 7 * (weeks - 1)), to: text(today.day + 1) }
}

/** Today in a zone, in words. */
export function longDay(timeZone) {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone }).format(new Date())
}
