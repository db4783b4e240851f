import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Version } from './binaries-installed.ts'
import { initialise, type Superuser, type Tools } from './data-folder.ts'
import { giveTo } from './unprivileged.ts'

/** A data folder in which no server has run, to be copied: that takes a tenth of the time that `initdb` takes. */
export interface Template {
  readonly folder: string
  /** Of every copy. */
  readonly superuser: Superuser
}

/**
 * The template of a version in the folder that MILLRACE_EMBEDDED_TEMPLATES names, made where there is none yet; undefined where that is
 * not set. It appears whole or not at all, so that processes which need it at once never meet half of it.
 */
export async function findTemplate(version: Version, tools: Tools): Promise<Template | undefined> {
  const templates = process.env.MILLRACE_EMBEDDED_TEMPLATES
  if (templates === undefined || templates === '') return undefined
  const place = join(templates, String(version))
  if (!existsSync(place)) await make(templates, place, tools)
  const superuser = JSON.parse(await readFile(join(place, 'superuser.json'), 'utf8')) as Superuser
  return { folder: join(place, 'data'), superuser }
}

async function make(templates: string, place: string, tools: Tools): Promise<void> {
  const aside = await mkdtemp(join(templates, 'unfinished-'))
  try {
    await giveTo(tools.account, aside)
    const superuser = { user: 'postgres', password: randomBytes(18).toString('hex') }
    await initialise(join(aside, 'data'), superuser, tools)
    await writeFile(join(aside, 'superuser.json'), JSON.stringify(superuser), { mode: 0o600 })
    await rename(aside, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
