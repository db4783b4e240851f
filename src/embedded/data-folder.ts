import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'
import type { Binaries } from './binaries.ts'
import type { Connection } from './connection.ts'
import { execute } from './execute.ts'
import { embeddedSettings, type Settings, settingLines } from './settings.ts'
import { type Account, giveTo } from './unprivileged.ts'

export interface Tools {
  readonly binaries: Binaries
  readonly account: Account | undefined
  /** Told the process id of each program that is run. */
  readonly started: (pid: number) => void
}

/** Whom PostgreSQL's own tables belong to. */
export interface Superuser {
  readonly user: string
  readonly password: string
}

/** Makes the data folder of a new primary: UTF8, locale C, entered by password only. */
export async function initialise(
  folder: string,
  superuser: Superuser,
  { binaries, account, started }: Tools,
): Promise<void> {
  const passwordFile = `${folder}.password`
  await writeFile(passwordFile, superuser.password, { mode: 0o600 })
  await giveTo(account, passwordFile)
  const identity = ['-U', superuser.user, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256']
  const ending = await execute(
    join(binaries, 'bin', 'initdb'),
    ['-D', folder, ...identity, '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    account,
    started,
  )
  await rm(passwordFile, { force: true })
  if (ending.code !== 0) {
    const hint =
      account && /Permission denied/.test(ending.output)
        ? ` (set TMPDIR to a folder that the user ${account.name} may enter)`
        : ''
    throw new MillraceError('EMBEDDED_UNAVAILABLE', `initdb ended with ${ending.code}${hint}: ${ending.output}`)
  }
}

/** Settings of the server of a new data folder, over the embedded ones. */
export async function configure(folder: string, settings: Settings): Promise<void> {
  await appendFile(join(folder, 'postgresql.conf'), settingLines({ ...embeddedSettings, ...settings }))
}

/**
 * Copies the data folder of a server that does not run: such a copy is complete and consistent by itself, without the
 * replication protocol.
 */
export async function copy(from: string, to: string, { account, started }: Omit<Tools, 'binaries'>): Promise<void> {
  const ending = await execute('cp', ['-Rp', from, to], account, started)
  if (ending.code !== 0)
    throw new MillraceError('EMBEDDED_UNAVAILABLE', `the copy of the data folder failed: ${ending.output}`)
}

/** Makes the server of a copied data folder a standby, which streams from the primary by a replication slot there. */
export async function follow(
  folder: string,
  primary: { connection: Connection; slot: string },
  account: Account | undefined,
): Promise<void> {
  const { host, port, user, password } = primary.connection
  await appendFile(
    join(folder, 'postgresql.conf'),
    settingLines({
      primary_conninfo: `host=${host} port=${port} user=${user} password=${password} application_name=standby`,
      primary_slot_name: primary.slot,
    }),
  )
  const signal = join(folder, 'standby.signal')
  await writeFile(signal, '')
  await giveTo(account, signal)
}
