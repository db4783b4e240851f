/** Today in a zone, in words. */
export function longDay(timeZone) {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone }).format(new Date())
}

/** The parameters of a report that is asked for some whole days: from so many months ago to the end of today. */
export function lastMonthsOf(timeZone, months) {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' })
  const part = Object.fromEntries(parts.formatToParts(new Date()).map(({ type, value }) => [type, Number(value)]))
  const day = (year, month, date) => new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10)
  return {
    from: day(part.year, part.month - 1 - months, part.day),
    to: day(part.year, part.month - 1, part.day + 1),
  }
}
