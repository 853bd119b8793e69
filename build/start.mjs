/**
 * `npm start`: sets up, then opens the app: its window where Electron and a display are there, a loopback address otherwise.
 * `npm start -- run simulate-function` (any words after the dashes) is the command line.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { electronPath } from './electron-path.mjs'
import { say } from './log.mjs'
import { nodePath, root, setUpOrExit } from './setup.mjs'

await setUpOrExit()

const args = process.argv.slice(2)
const electron = args.length === 0 ? await electronPath() : undefined

if (electron) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  run(electron, [...sandbox, root], { BASIN_NODE: nodePath })
} else if (args.length === 0) {
  run(nodePath, [join(root, 'dist/electron/cli.cjs'), 'serve', '--open'])
} else {
  run(nodePath, [join(root, 'dist/electron/cli.cjs'), ...args])
}

function run(command, commandArgs, environment = {}) {
  const child = spawn(command, commandArgs, {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  child.on('error', (error) => {
    say(`could not start ${command}: ${error.message}`)
    process.exit(1)
  })
  // The child hears Ctrl+C itself and ends in its own time; this process waits for it.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
