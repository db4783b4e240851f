import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Lets the clusters of this run be copies of one data folder. */
export default async function keepTemplates(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(project.config.env.TMPDIR ?? tmpdir(), 'millrace-templates-'))
  // PostgreSQL does not run as root, and must come through.
  await chmod(folder, 0o755)
  process.env.MILLRACE_EMBEDDED_TEMPLATES = folder
  return () => rm(folder, { recursive: true, force: true })
}
