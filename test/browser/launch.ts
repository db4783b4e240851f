import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from './find-browser.ts'

/** A browser without a window, found or unpacked. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser()
  return chromium.launch({
    executablePath,
    // Without a language `Intl` throws in the browser; only root cannot have its sandbox.
    env: { ...(process.env as Record<string, string>), ...env, LANG: 'en_US.UTF-8' },
    chromiumSandbox: process.getuid?.() !== 0,
  })
}
