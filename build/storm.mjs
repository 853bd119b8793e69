// `npm run storm [-- --minutes N] [--seed N]`: bundles Basin and the storm over it, and runs test/storm/main.ts, which says what it does.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { nodePath, root, setUpOrExit } from './setup.mjs'

await setUpOrExit()
await build({
  absWorkingDir: root,
  entryPoints: { main: 'test/storm/main.ts', lab: 'test/storm/lab-entry.ts' },
  outdir: join(root, 'dist/storm'),
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['better-sqlite3'],
  logLevel: 'warning',
})
const { status } = spawnSync(nodePath, [join(root, 'dist/storm/main.cjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, BASIN_STORM_SOURCES: join(root, 'test/storm') },
})
process.exitCode = status ?? 1
