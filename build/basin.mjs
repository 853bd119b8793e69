#!/usr/bin/env node
/** The command `basin`: sets up when something changed, then runs the command line on the Node 24 of the dependencies. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { nodePath, root, setUpOrExit } from './setup.mjs'

await setUpOrExit()
// The command line ends itself on Ctrl+C, having stopped its runs; this process only waits.
process.on('SIGINT', () => undefined)
const { status } = spawnSync(nodePath, [join(root, 'dist/electron/cli.cjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
