import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { extract } from 'tar-fs'

/**
 * The browser of `@sparticuz/chromium`, unpacked beside it in `node_modules/.cache`, with the libraries and fonts that a
 * bare container lacks: they are for the browser's own environment only.
 */
export async function unpackChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const { bin, version } = await locate()
  const folder = join(bin, '../../../.cache/chromium', version)
  if (!existsSync(folder)) await unpack(bin, folder)
  const libraries = [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined)
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  }
}

/** Unpacked elsewhere and then renamed, since tests may do so at the same time, and one may be broken off. */
async function unpack(bin: string, folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`
  await mkdir(join(unfinished, 'fonts'), { recursive: true })
  const unpacked = (name: string) => [createReadStream(join(bin, name)), createBrotliDecompress()] as const
  await Promise.all([
    pipeline(...unpacked('chromium.br'), createWriteStream(join(unfinished, 'chromium'), { mode: 0o755 })),
    pipeline(...unpacked('al2023.tar.br'), extract(unfinished)),
    pipeline(...unpacked('swiftshader.tar.br'), extract(unfinished)),
    pipeline(...unpacked('fonts.tar.br'), extract(join(unfinished, 'fonts'))),
    // Without a font on the machine text would be blank, and nothing would say so.
    writeFile(join(unfinished, 'fonts.conf'), fontConfiguration(folder)),
  ])
  try {
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

const fontConfiguration = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>
`

async function locate(): Promise<{ bin: string; version: string }> {
  let folder = dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))
  while (!existsSync(join(folder, 'bin'))) folder = dirname(folder)
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  return { bin: join(folder, 'bin'), version }
}
