import type { DemoTenant } from './tenants.ts'

const first = ['Alder', 'Birch', 'Cedar', 'Dune', 'Ember', 'Fjord', 'Granite', 'Harbor', 'Iris', 'Juniper']
const second = ['Bank', 'Health', 'Robotics', 'Freight', 'Energy', 'Media', 'Insurance', 'Retail', 'Telecom', 'Labs']
const places = [
  ['London', 'Europe/London'],
  ['Berlin', 'Europe/Berlin'],
  ['New York', 'America/New_York'],
  ['Singapore', 'Asia/Singapore'],
  ['Tokyo', 'Asia/Tokyo'],
] as const
const teams = ['payments', 'platform', 'data', 'web']
/** Those that one can sign in at, by their rank. */
const listed = [1, 2, 5, 20, 100]

/** A hundred customers of the security product, the first with a fifth of all findings and the last with a five hundredth. */
export function manyTenants(findings: number): readonly (DemoTenant & { readonly share: number })[] {
  const total = Array.from({ length: 100 }, (_, at) => 1 / (at + 1)).reduce((sum, each) => sum + each, 0)
  return Array.from({ length: 100 }, (_, at) => {
    const share = 1 / (at + 1) / total
    const [place, timeZone] = places[at % places.length] as (typeof places)[number]
    const name = `${first[at % 10]} ${second[(at + Math.floor(at / 10)) % 10]}`
    const about = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 }).format(
      share * findings,
    )
    return {
      id: name.toLowerCase().replace(' ', '-'),
      name,
      place: `${place}, about ${about} findings`,
      timeZone,
      share,
      listed: listed.includes(at + 1),
      security: { assets: Math.max(4, Math.min(4000, Math.round((share * findings) / 150))), groups: teams },
    }
  })
}
