import { readFile, stat } from 'node:fs/promises'
import { MillraceError } from '../errors.ts'
import { fetchFromAws } from './aws-secrets-manager.ts'
import type { SecretLocation } from './locate.ts'
import { withinTimeLimit } from './time-limit.ts'

export interface FetchOptions {
  /** Milliseconds that one secret may take to be read. Default 10,000. */
  readonly timeLimitMs?: number
}

/**
 * The text of the secret at a location; with `member`, that member of its JSON: text as it is, an object as JSON.
 *
 * Throws SECRET_MISSING. The detail repeats nothing of the location, which may be a value of another secret.
 */
export async function fetchSecret(location: SecretLocation, options: FetchOptions = {}): Promise<string> {
  const limit = options.timeLimitMs ?? 10_000
  const raw = await withinTimeLimit(limit, (signal) => fetchRaw(location, signal, limit))
  const text = typeof raw === 'string' ? raw : decode(raw ?? new Uint8Array())
  if (text.trim() === '') throw missing('is empty')
  return location.member === undefined ? text : pickMember(text, location.member)
}

const missing = (detail: string) => new MillraceError('SECRET_MISSING', detail)

async function fetchRaw(location: SecretLocation, signal: AbortSignal, limit: number) {
  switch (location.kind) {
    case 'aws-sm':
      return await fetchFromAws(location, signal, Math.ceil(limit / 3))
    case 'file':
      return await readRegularFile(location.path, signal)
    case 'env': {
      const value = process.env[location.variable]
      if (value === undefined) throw missing('the environment variable is not set')
      return value
    }
  }
}

/** Opening a named pipe that nobody writes to blocks a thread that not even `process.exit` ends: so only a regular file. */
async function readRegularFile(path: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    if ((await stat(path)).isFile()) return await readFile(path, { signal })
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException
    throw missing(fileReasons[code ?? ''] ?? `the file cannot be read (${code ?? name})`)
  }
  throw missing('it is not a regular file')
}

const fileReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this process may not read the file',
  ENOTDIR: 'there is no such file',
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw missing('is not text in UTF-8')
  }
}

function pickMember(text: string, member: string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message repeats a piece of the text.
    throw missing('is not JSON, so that no member of it can be picked')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw missing('is not a JSON object, so that no member of it can be picked')
  if (!Object.hasOwn(value, member)) throw missing('has no member of the name after #')
  const picked = (value as Record<string, unknown>)[member]
  if (typeof picked === 'string') {
    if (picked.trim() === '') throw missing('is empty')
    return picked
  }
  if (typeof picked === 'object' && picked !== null) return JSON.stringify(picked)
  throw missing('the member after # is neither text nor an object')
}
