/**
 * `npm start`: sets up, then opens the app: its window where Electron and a display are there, a loopback address otherwise.
 * `npm start -- run simulate-function` (any words after the dashes) is the command line.
 */
import { join } from 'node:path'
import { electronPath } from './electron-path.mjs'
import { launch } from './launch.mjs'
import { nodePath, root, setUpOrExit } from './setup.mjs'

await setUpOrExit()

const args = process.argv.slice(2)
const electron = args.length === 0 ? await electronPath() : undefined
const { INIT_CWD: cwd, npm_lifecycle_event: npmScript } = process.env
const options = { cwd, npmIsParent: npmScript === 'start' }

if (electron) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  launch(electron, [...sandbox, root], { ...options, env: { BASIN_NODE: nodePath } })
} else {
  const words = args.length === 0 ? ['serve', '--open'] : args
  launch(nodePath, [join(root, 'dist/electron/cli.cjs'), ...words], options)
}
