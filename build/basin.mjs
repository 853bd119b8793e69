#!/usr/bin/env node
/** The command `basin`: sets up when something changed, then runs the command line on the Node 24 of the dependencies. */
import { join } from 'node:path'
import { launch } from './launch.mjs'
import { nodePath, root, setUpOrExit } from './setup.mjs'

await setUpOrExit()
launch(nodePath, [join(root, 'dist/electron/cli.cjs'), ...process.argv.slice(2)])
