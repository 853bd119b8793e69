/**
 * Bundles the processes with esbuild (CommonJS for Node 16, because the app also runs on Electron 22) and the page with Vite.
 * Skips what is fresh. `node build/bundle.mjs [--force]`.
 */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { step } from './log.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Bundle by process; the preload runs sandboxed in Chromium. */
const entries = {
  main: 'electron/main/entry.ts',
  preload: 'electron/preload/entry.ts',
  cli: 'electron/cli/entry.ts',
  store: 'electron/store/entry.ts',
  training: 'electron/training/entry.ts',
  analysis: 'electron/analysis/entry.ts',
}

const parts = [
  {
    name: 'processes',
    sources: ['electron', 'shared', 'build/bundle.mjs', 'package.json'],
    build: bundleProcesses,
  },
  {
    name: 'page',
    sources: ['renderer', 'shared', 'build/vite.config.ts', 'package.json'],
    build: bundlePage,
  },
]

async function bundleProcesses() {
  const { build } = await import('esbuild')
  rmSync(join(root, 'dist/electron'), { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    outdir: join(root, 'dist/electron'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    external: ['electron', 'better-sqlite3'],
    sourcemap: true,
    logLevel: 'warning',
    // Vue's and ECharts' development checks have no place in a process that draws for export.
    define: { 'process.env.NODE_ENV': '"production"' },
  })
}

async function bundlePage() {
  const { build } = await import('vite')
  await build({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn' })
}

export async function bundle({ force = false } = {}) {
  for (const { name, sources, build } of parts) {
    const stampFile = join(root, 'dist', `${name}.stamp`)
    const hash = hashOf(root, sources)
    if (!force && isFresh(stampFile, hash)) continue
    await step(`bundling the ${name}`, build)
    writeStamp(stampFile, hash)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await bundle({ force: process.argv.includes('--force') })
