/**
 * Brings a fresh clone to the point where Basin runs: dependencies, the native core, the bundles. Needs nothing but Node 20 and npm.
 * Each step is skipped when it is fresh, so that a second start takes a moment.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say } from './log.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const windows = process.platform === 'win32'

/** The Node 24 among the dependencies: the same Node major as the newest Electron, whatever started this script. */
export const nodePath = join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node')

class SetupError extends Error {}

function checkNode() {
  const major = Number.parseInt(process.versions.node, 10)
  if (major < 20) throw new SetupError(`Basin needs Node 20 or later; this is ${process.version}.`)
}

function installDependencies() {
  const folder = join(root, 'node_modules')
  const stampFile = join(folder, '.basin-stamp')
  const hash = hashOf(root, ['package-lock.json'], [process.platform, process.arch])
  if (isFresh(stampFile, hash) && existsSync(nodePath)) return
  // npm ci first empties the folder, and with it what others may have linked to.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new SetupError(
      'node_modules is a symbolic link, and its packages are not those of package-lock.json. npm ci would empty the folder ' +
        'it leads to: set Basin up there, or delete the link and start again.',
    )
  }
  say('installing dependencies (npm ci); the first time takes a minute or two')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
    // The binary of Electron is fetched when a window can be opened, and not otherwise.
    env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
  })
  if (npm.status !== 0) throw new SetupError('npm ci failed; its messages are above. Is the network there?')
  if (!existsSync(nodePath))
    throw new SetupError(`npm ci did not bring ${nodePath}; delete node_modules and try again.`)
  writeStamp(stampFile, hash)
}

/** @throws with a message for a person. */
export async function setUp() {
  checkNode()
  installDependencies()
  const { buildNative } = await import('./native.mjs')
  await buildNative({ quiet: false })
  const { bundle } = await import('./bundle.mjs')
  await bundle()
}

/** Sets up and ends the process with a plain message when that fails. */
export async function setUpOrExit() {
  try {
    await setUp()
  } catch (error) {
    say(error instanceof SetupError ? error.message : (error.stack ?? String(error)))
    process.exit(1)
  }
}
