import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'

/** Where the first page of a segment of the log says which system wrote it (XLogLongPageHeaderData). */
const identityInLog = 24

/**
 * Gives the copy of a data folder, in which no server has run yet, a system identifier of its own, as `initdb` would: two servers with
 * one identifier are taken for a primary and its standby. It stands in the control file, under a checksum, and in the log; a server
 * does not start where they do not agree.
 */
export async function giveIdentity(folder: string): Promise<void> {
  const identity = randomBytes(8)
  identity.writeUInt8(identity.readUInt8(7) & 0x7f, 7)
  const controlFile = join(folder, 'global/pg_control')
  const control = await readFile(controlFile)
  const end = checksumPlace(control)
  identity.copy(control)
  control.writeUInt32LE(checksum(control, end), end)
  await writeFile(controlFile, control)
  const log = join(folder, 'pg_wal')
  for (const segment of (await readdir(log)).filter((name) => /^[\dA-F]{24}$/.test(name))) {
    await using file = await open(join(log, segment), 'r+')
    await file.write(identity, 0, identity.length, identityInLog)
  }
}

/** The checksum is of all that stands before it; how much that is differs from version to version. */
function checksumPlace(control: Buffer): number {
  for (let place = 64; place < 512; place += 4)
    if (checksum(control, place) === control.readUInt32LE(place)) return place
  throw new MillraceError('EMBEDDED_UNAVAILABLE', 'the control file of the data folder has no checksum')
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0)
  return remainder
})

/** CRC-32C of the first bytes. */
function checksum(bytes: Buffer, length: number): number {
  let remainder = 0xffffffff
  for (let at = 0; at < length; at++)
    remainder = (remainder >>> 8) ^ (remainders[(remainder ^ bytes.readUInt8(at)) & 0xff] as number)
  return ~remainder >>> 0
}
