/**
 * The pages of the office. `reports`: of which the person must be able to read one for the page to be there. `filters`: what the
 * page's reports are narrowed by; `name` is its name in the address, `filter` in the reports, and `of` is the report that lists its
 * values.
 */
export const workspaces = [
  {
    id: 'mobility',
    name: 'Mobility',
    reports: ['booking-summary', 'booking-comparison'],
    filters: [
      { name: 'class', filter: 'vehicleClass', of: 'comparison-by-class', every: 'All vehicle classes' },
      { name: 'channel', filter: 'channel', of: 'bookings-by-channel', every: 'All channels' },
    ],
  },
  {
    id: 'security',
    name: 'Security',
    reports: ['vulnerability-summary', 'active-vulnerabilities'],
    filters: [
      { name: 'severity', filter: 'severity', of: 'active-vulnerabilities', every: 'All severities' },
      { name: 'team', filter: 'assetGroup', of: 'vulnerability-summary', every: 'All teams' },
    ],
  },
  { id: 'engines', name: 'Both engines', reports: ['booking-summary', 'vulnerability-summary'], filters: [] },
]

const byPeriod = new Set([
  'bookings-by-channel',
  'bookings-by-week',
  'busiest-stations',
  'revenue-by-channel',
  'revenue-by-week',
  'time-to-resolve',
  'time-to-resolve-by-severity',
])

/** Whether the reader of a report gives the days that it is about. */
export const takesDays = (report) => byPeriod.has(report)

/** The name of a page's filter in a report; undefined where the report cannot be narrowed by it. */
export function filterIn(report, { filter }) {
  // In raw SQL, which takes its days and nothing else.
  if (report === 'revenue-by-channel') return undefined
  return report === 'active-vulnerabilities' && filter === 'assetGroup' ? 'group' : filter
}
