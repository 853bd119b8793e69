/** Types of every area: vue-tsc for the page, tsc for the rest. */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const areas = {
  shared: 'typescript/bin/tsc',
  electron: 'typescript/bin/tsc',
  renderer: 'vue-tsc/bin/vue-tsc.js',
  test: 'vue-tsc/bin/vue-tsc.js',
}

const failed = Object.entries(areas).filter(([area, compiler]) => {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', compiler), '-p', join(root, area)], {
    cwd: root,
    stdio: 'inherit',
  })
  return status !== 0
})
if (failed.length > 0) console.error(`types failed in: ${failed.map(([area]) => area).join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
