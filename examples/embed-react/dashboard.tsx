import type {} from 'millrace/elements/react'
import { useMemo, useState } from 'react'
import { tokens } from './tokens.ts'

const severities = ['critical', 'high', 'medium', 'low']

/** One source of tokens for as long as somebody is signed in: another one says that another person may be looking. */
export function Dashboard() {
  const token = useMemo(tokens, [])
  const [severity, setSeverity] = useState('')
  const [names, setNames] = useState<readonly string[]>()
  // A filter that is empty allows no row: without a choice there is none.
  const params = useMemo(() => (severity === '' ? {} : { severity: [severity] }), [severity])
  return (
    <millrace-reports
      endpoint="/analytics"
      token={token}
      onmillrace-list={({ detail }) => setNames(detail ?? undefined)}
    >
      <h1>Vulnerabilities</h1>
      {names !== undefined && !names.includes('vulnerability-summary') && <p>Your role sees no findings.</p>}
      <label>
        Severity
        <select value={severity} onChange={({ target }) => setSeverity(target.value)}>
          <option value="">All</option>
          {severities.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <div className="tiles">
        <millrace-value report="vulnerability-summary" measure="active" params={params} />
        <millrace-value report="vulnerability-summary" measure="exploited" params={params} />
      </div>
      <millrace-series report="vulnerability-trend" measures={['opened', 'resolved']} params={params} />
      <millrace-bars report="exploited-vulnerabilities" params={params} />
    </millrace-reports>
  )
}
