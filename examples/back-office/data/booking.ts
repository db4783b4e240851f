import type { Random } from './random.ts'
import { season } from './season.ts'

type VehicleClass = 'compact' | 'estate' | 'electric' | 'van' | 'premium'
type Channel = 'app' | 'web' | 'partner' | 'phone'
type BookingStatus = 'confirmed' | 'active' | 'completed' | 'cancelled' | 'no_show'

/** A row of a tenant's `booking` table. Instants are milliseconds since 1970, money is cents. */
export interface Booking {
  readonly stationId: number
  readonly vehicleClass: VehicleClass
  readonly channel: Channel
  readonly status: BookingStatus
  /** The tenant's own day of `bookedAt`, as YYYY-MM-DD. */
  readonly bookedOn: string
  readonly bookedAt: number
  readonly pickupAt: number
  readonly returnAt: number
  readonly cancelledAt: number | null
  readonly days: number
  readonly dailyRate: number
  readonly total: number
}

const day = 86_400_000

const rates: Readonly<Record<VehicleClass, number>> = {
  compact: 3900,
  estate: 5900,
  electric: 6400,
  van: 8900,
  premium: 12_900,
}
/** Cancelled before pick-up, of all bookings of the channel; partners' customers plan far ahead and change their minds. */
const cancelled: Readonly<Record<Channel, number>> = { app: 0.09, web: 0.12, partner: 0.21, phone: 0.07 }
const leadDays: Readonly<Record<Channel, number>> = { app: 3.5, web: 11, partner: 24, phone: 7 }

export interface BookingMoment {
  /** When the booking is made. */
  readonly at: number
  readonly localDay: string
  readonly stations: number
  /** 0 three years ago, 1 today: what is sold, and where, shifts over the years. */
  readonly progress: number
}

/** A booking made at a moment, with the status that it has at `now`. */
export function drawBooking(random: Random, { at, localDay, stations, progress }: BookingMoment, now: number): Booking {
  const channel = random.weighted({ app: 2 + 5 * progress, web: 4.5, partner: 2.2, phone: 2.2 - 1.6 * progress })
  const vehicleClass = random.weighted({
    compact: 5,
    estate: 2.6,
    electric: 0.6 + 3 * progress,
    van: 1.7,
    premium: 0.7,
  })
  const days = Math.min(28, Math.max(1, Math.round(random.logNormal(vehicleClass === 'van' ? 1.4 : 2.3, 0.75))))
  const lead = random.chance(0.22) ? random.exponential(0.2) : random.exponential(leadDays[channel])
  const pickupAt = wholeHalfHour(at + Math.max(0.04, lead) * day)
  const returnAt = pickupAt + days * day
  const dailyRate = roundTo(
    50,
    rates[vehicleClass] * (0.9 + 0.16 * progress) * (0.72 + 0.28 * season(new Date(pickupAt))),
  )
  const longRental = days >= 7 ? 0.85 : days >= 3 ? 0.94 : 1
  const fate = { pickupAt, returnAt, ...drawEnd(random, channel, at, pickupAt) }
  return {
    stationId: Math.min(stations, 1 + Math.floor(stations * random.next() ** 1.5)),
    vehicleClass,
    channel,
    ...statusAt(fate, now),
    bookedOn: localDay,
    bookedAt: at,
    pickupAt,
    returnAt,
    days,
    dailyRate,
    total: Math.round(dailyRate * days * longRental),
  }
}

interface Fate {
  readonly pickupAt: number
  readonly returnAt: number
  readonly cancelsAt: number | null
  readonly noShow: boolean
}

function drawEnd(random: Random, channel: Channel, at: number, pickupAt: number): Pick<Fate, 'cancelsAt' | 'noShow'> {
  if (random.chance(cancelled[channel])) {
    return { cancelsAt: Math.round(at + (pickupAt - at) * random.next() ** 0.7), noShow: false }
  }
  return { cancelsAt: null, noShow: random.chance(0.018) }
}

function statusAt(fate: Fate, now: number): Pick<Booking, 'status' | 'cancelledAt'> {
  if (fate.cancelsAt !== null && fate.cancelsAt <= now) return { status: 'cancelled', cancelledAt: fate.cancelsAt }
  if (fate.pickupAt > now) return { status: 'confirmed', cancelledAt: null }
  if (fate.noShow) return { status: 'no_show', cancelledAt: null }
  return { status: fate.returnAt > now ? 'active' : 'completed', cancelledAt: null }
}

const wholeHalfHour = (at: number) => Math.ceil(at / 1_800_000) * 1_800_000
const roundTo = (step: number, value: number) => Math.round(value / step) * step
