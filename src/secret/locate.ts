import { isAbsolute } from 'node:path'
import { MillraceError } from '../errors.ts'

/** Where a secret is kept, read from a setting. `member` picks one member of the secret's JSON. */
export type SecretLocation =
  | {
      readonly kind: 'aws-sm'
      /** The name or the ARN. */
      readonly id: string
      readonly region?: string
      /** The staging label of the version; Secrets Manager takes `AWSCURRENT` where it is absent. */
      readonly stage?: string
      readonly member?: string
    }
  | { readonly kind: 'file'; readonly path: string; readonly member?: string }
  | { readonly kind: 'env'; readonly variable: string; readonly member?: string }

/** The characters that Secrets Manager allows in a name, `!` of the names that AWS itself gives, and `:` of an ARN. */
const awsId = /^[A-Za-z0-9/_+=.@!:-]{1,2048}$/
const awsRegion = /^[a-z0-9-]{1,64}$/
const awsArnRegion = /^arn:[^:]+:secretsmanager:([a-z0-9-]+):/
const awsStage = /^[A-Za-z0-9_.+-]{1,256}$/
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Reads a setting that says where a secret is kept:
 * `aws-sm:NAME-OR-ARN[?region=REGION&stage=STAGE][#MEMBER]`, `file:/PATH[#MEMBER]` or `env:NAME[#MEMBER]`.
 *
 * Throws CONFIG_INVALID. The detail repeats nothing of the setting, since a password or a connection string may have been
 * put there by mistake; the caller says which setting it is.
 */
export function locateSecret(setting: string): SecretLocation {
  if (typeof setting !== 'string' || setting === '') throw refusal('is missing; it names the place of the secret')
  const [, kind, place = '', member] = /^(aws-sm|file|env):([^#]*)(?:#(.*))?$/s.exec(setting) ?? []
  if (kind === undefined)
    throw refusal('must begin with aws-sm:, file: or env: (it names the place of a secret, and is not the secret)')
  if (member === '') throw refusal('ends in # without the name of a member')
  const picked = member === undefined ? {} : { member }
  switch (kind) {
    case 'env':
      if (!variableName.test(place)) throw refusal('must name an environment variable after env:')
      return { kind, variable: place, ...picked }
    case 'file':
      if (!isAbsolute(place)) throw refusal('must give an absolute path after file:')
      return { kind, path: place, ...picked }
    default:
      return { ...locateInAws(place), ...picked }
  }
}

const refusal = (detail: string) => new MillraceError('CONFIG_INVALID', detail)

function locateInAws(place: string): SecretLocation & { kind: 'aws-sm' } {
  const mark = place.indexOf('?')
  const id = mark < 0 ? place : place.slice(0, mark)
  if (!awsId.test(id)) throw refusal('must give the name or the ARN of a secret after aws-sm:')
  const query = new URLSearchParams(mark < 0 ? '' : place.slice(mark + 1))
  for (const key of query.keys()) {
    if (key !== 'region' && key !== 'stage') throw refusal('may have only region= and stage= after ?')
    if (query.getAll(key).length > 1) throw refusal(`gives ${key}= twice`)
  }
  const region = query.get('region') ?? awsArnRegion.exec(id)?.[1]
  const stage = query.get('stage') ?? undefined
  if (region !== undefined && !awsRegion.test(region))
    throw refusal('must give the name of an AWS region after region=')
  if (stage !== undefined && !awsStage.test(stage)) throw refusal('must give a staging label after stage=')
  return { kind: 'aws-sm', id, ...(region !== undefined && { region }), ...(stage !== undefined && { stage }) }
}
