/** A customer of the demo's product. */
export interface DemoTenant {
  readonly id: string
  readonly name: string
  readonly place: string
  readonly timeZone: string
  /** Whether one can sign in there, where there are too many to list; undefined: one can. */
  readonly listed?: boolean
  /** Of the mobility product, whose tenants have a schema each. */
  readonly mobility?: {
    readonly schema: string
    /** Bookings on an ordinary day of today's business. */
    readonly bookingsADay: number
    readonly stations: readonly string[]
  }
  /** Of the security product, whose tenants share a table. */
  readonly security?: { readonly assets: number; readonly groups: readonly string[] }
}

/** The first uses both products; the others one of them. */
export const demoTenants: readonly DemoTenant[] = [
  {
    id: 'havel',
    name: 'Havel Mobility',
    place: 'Berlin',
    timeZone: 'Europe/Berlin',
    mobility: {
      schema: 'havel',
      bookingsADay: 145,
      stations: [
        'Hauptbahnhof',
        'Ostkreuz',
        'Südkreuz',
        'Airport BER',
        'Spandau',
        'Gesundbrunnen',
        'Wannsee',
        'Potsdam',
      ],
    },
    security: { assets: 90, groups: ['booking', 'fleet', 'office'] },
  },
  {
    id: 'hudson',
    name: 'Hudson Car Share',
    place: 'New York',
    timeZone: 'America/New_York',
    mobility: {
      schema: 'hudson',
      bookingsADay: 92,
      stations: ['Penn Station', 'Atlantic Terminal', 'JFK Airport', 'Hoboken', 'Harlem', 'Long Island City'],
    },
  },
  {
    id: 'sumida',
    name: 'Sumida Drive',
    place: 'Tokyo',
    timeZone: 'Asia/Tokyo',
    mobility: {
      schema: 'sumida',
      bookingsADay: 52,
      stations: ['Asakusa', 'Shinagawa', 'Haneda Airport', 'Ueno', 'Kawasaki'],
    },
  },
  {
    id: 'lumen',
    name: 'Lumen Bank',
    place: 'London',
    timeZone: 'Europe/London',
    security: { assets: 420, groups: ['payments', 'platform', 'data', 'web', 'office'] },
  },
  {
    id: 'prairie',
    name: 'Prairie Health',
    place: 'Chicago',
    timeZone: 'America/Chicago',
    security: { assets: 210, groups: ['clinical', 'records', 'platform', 'office'] },
  },
  {
    id: 'kestrel',
    name: 'Kestrel Robotics',
    place: 'Singapore',
    timeZone: 'Asia/Singapore',
    security: { assets: 60, groups: ['firmware', 'cloud'] },
  },
]
