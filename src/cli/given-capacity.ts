import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type GivenLoad, readGivenLoad } from '../capacity/given-load.ts'
import { listPrices, type Prices, readPrices } from '../capacity/prices.ts'
import { MillraceError } from '../errors.ts'
import type { CapacityOptions } from './capacity.ts'

const fields = {
  changes: 'changesPerSecond',
  tenants: 'tenants',
  skew: 'skew',
  growth: 'growth',
  peak: 'peak',
  reads: 'readsPerMinute',
  seed: 'seed',
} as const

/** What the file and the options say of a load; an option goes before the file. Throws COMMAND_INVALID. */
export function givenLoad(folder: string, options: CapacityOptions): GivenLoad {
  const file = options.load === undefined ? {} : readGivenLoad(readJson(folder, options.load, '--load'), options.load)
  const said = Object.entries(fields).flatMap(([option, field]) => {
    const value = options[option as keyof typeof fields]
    return value === undefined ? [] : [[field, numberOf(`--${option}`, value)] as const]
  })
  return { ...file, ...readGivenLoad(Object.fromEntries(said), 'the options') }
}

/** Those of the list, and what a file says in their place. Throws COMMAND_INVALID. */
export function givenPrices(folder: string, file: string | undefined): Prices {
  return file === undefined ? listPrices : readPrices(readJson(folder, file, '--prices'), file)
}

export function wholeMilliseconds(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const milliseconds = numberOf(option, value)
  if (Number.isSafeInteger(milliseconds) && milliseconds >= 50 && milliseconds <= 600_000) return milliseconds
  throw new MillraceError('COMMAND_INVALID', `${option}: must be a whole number from 50 to 600000`)
}

function numberOf(option: string, value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number)) return number
  throw new MillraceError('COMMAND_INVALID', `${option}: must be a number`)
}

function readJson(folder: string, file: string, option: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(folder, file), 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `it is not JSON (${cause.message})` : 'it cannot be read'
    throw new MillraceError('COMMAND_INVALID', `${option}: ${file}: ${why}`, { cause })
  }
}
