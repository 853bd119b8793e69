/** Finds an Electron that can open a window here, or says why there is none. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './log.mjs'
import { root } from './setup.mjs'

/** An Electron needs a screen: X11 or Wayland on Linux; macOS and Windows have one. */
function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

function installedBinary() {
  const folder = join(root, 'node_modules/electron')
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) return join(override, process.platform === 'win32' ? 'electron.exe' : 'electron')
  const pathFile = join(folder, 'path.txt')
  return existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8')) : undefined
}

/** The path of the Electron to start, or undefined where the app is better served to a browser. */
export async function electronPath() {
  if (!hasDisplay()) {
    say('there is no display; serving the app to a browser instead')
    return undefined
  }
  const installed = installedBinary()
  if (installed && existsSync(installed)) return installed
  if (installed) {
    say(`there is no Electron at ${installed}; serving the app to a browser instead`)
    return undefined
  }
  say('fetching Electron (once)')
  const fetched = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    stdio: ['ignore', 2, 'ignore'],
    timeout: 300_000,
  })
  const binary = installedBinary()
  if (fetched.status === 0 && binary && existsSync(binary)) return binary
  say('Electron could not be fetched; serving the app to a browser instead')
  return undefined
}
