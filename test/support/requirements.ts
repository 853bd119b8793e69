/**
 * What some tests need of the machine: Chromium, Electron with a display, real data sets. Where it is missing the tests are skipped with
 * a printed reason; where everything must run (BASIN_REQUIRE_ALL, set by .ci/run) they fail instead.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The value, or undefined after saying what is missing. */
function wanted<T>(what: string, value: T | undefined, how: string): T | undefined {
  if (value !== undefined) return value
  const reason = `${what} is not here; ${how}`
  if (process.env.BASIN_REQUIRE_ALL) throw new Error(reason)
  console.warn(`skipped: ${reason}`)
  return undefined
}

const existing = (path: string | undefined) => (path !== undefined && existsSync(path) ? path : undefined)

export function chromiumPath(): string | undefined {
  const path = existing(process.env.BASIN_CHROMIUM) ?? existing('/usr/bin/chromium')
  return wanted('Chromium', path, 'name one in BASIN_CHROMIUM')
}

/** Debian's Chromium without a screen, and without calling home. */
export const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function electronBinary(): string | undefined {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const path =
    existing(folder && join(folder, 'electron')) ?? existing(join(root, 'node_modules/electron/dist/electron'))
  const hasScreen = Boolean(process.env.DISPLAY) || existsSync('/usr/bin/Xvfb')
  const electron = wanted('Electron', path, 'ELECTRON_OVERRIDE_DIST_PATH names the folder of one')
  return electron && wanted('A display', hasScreen ? electron : undefined, 'install xvfb')
}

/** A folder with the real MNIST. */
export function realDatasets(): string | undefined {
  const folder = existing(process.env.BASIN_DATASETS) ?? existing(join(root, '../shared/datasets'))
  return wanted('The real MNIST', folder, 'name its folder in BASIN_DATASETS')
}

/** A library that makes reads of a database fail (test/storm/failing-reads.c), compiled into a folder. */
export function failingReads(folder: string): string | undefined {
  const library = join(folder, 'failing-reads.so')
  const source = join(root, 'test/storm/failing-reads.c')
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
  return wanted('Reads that fail', compiled.status === 0 ? library : undefined, 'install a C compiler, on Linux')
}

/** A small disk of its own. Only root can mount one, so only root must. @param options such as `size=4m` */
export function mountedFolder(options: string): { path: string; unmount(): void } | undefined {
  const path = mkdtempSync(join(tmpdir(), 'basin-disk-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0
  if (!isMounted) {
    rmdirSync(path)
    const how = 'run the tests as root on Linux'
    if (process.getuid?.() === 0) return wanted('A disk to fill', undefined, how)
    console.warn(`skipped: A disk to fill is not here; ${how}`)
    return undefined
  }
  return {
    path,
    unmount: () => {
      spawnSync('umount', ['-l', path])
      rmdirSync(path)
    },
  }
}
