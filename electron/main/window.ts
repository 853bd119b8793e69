/** The one window: sandboxed, going nowhere but to our page, asking for nothing. */
import { BrowserWindow, nativeTheme, session } from 'electron'
import { join } from 'node:path'
import { pageAddress, versionArgument } from './ipc-names'
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
      additionalArguments: [`${versionArgument}${version}`],
    },
  })
  if (maximized) window.maximize()
  keepWindowState(window, stateFile)
  window.once('ready-to-show', () => window.show())
  return window
}

/** For all windows that ever come to be. */
export function denyEverythingElse(window: BrowserWindow): void {
  const { webContents } = window
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (!url.startsWith(pageAddress)) event.preventDefault()
  }
  webContents.on('will-navigate', stay)
  webContents.on('will-redirect', stay)
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  // Copying figures and numbers is the one thing the page asks for.
  const allowed = (permission: string) => permission === 'clipboard-sanitized-write' || permission === 'fullscreen'
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed(permission)))
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => allowed(permission))
}
