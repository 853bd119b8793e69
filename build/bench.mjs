// `npm run bench [-- --case PATTERN] [--quick]`: builds the core and runs test/bench/main.ts, which says what is measured and how.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { say } from './log.mjs'
import { buildNative } from './native.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bundle = join(root, 'dist/bench.cjs')

await buildNative()
await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/main.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
})
const { main } = createRequire(import.meta.url)(bundle)
try {
  process.exitCode = await main({ words: process.argv.slice(2), peerFolder: join(root, 'test/bench/peers') })
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
