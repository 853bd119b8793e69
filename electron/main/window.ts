/** The one window: sandboxed. Where its page may go and what it may ask for is in guard.ts. */
import { BrowserWindow, nativeTheme } from 'electron'
import { join } from 'node:path'
import { versionArgument } from './ipc-names'
import { keepWindowState, readWindowState } from './window-state'

export interface WindowOptions {
  bundleFolder: string
  version: string
  stateFile: string
}

export function createWindow({ bundleFolder, version, stateFile }: WindowOptions): BrowserWindow {
  const { maximized, ...bounds } = readWindowState(stateFile)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 700,
    minHeight: 480,
    show: false,
    title: 'Basin',
    // What is seen before the page has drawn itself.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171a' : '#f6f7f8',
    webPreferences: {
      preload: join(bundleFolder, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // It would fetch dictionaries from elsewhere.
      spellcheck: false,
      additionalArguments: [`${versionArgument}${version}`],
    },
  })
  if (maximized) window.maximize()
  keepWindowState(window, stateFile)
  window.once('ready-to-show', () => window.show())
  return window
}
