/**
 * What pages may not do, in every window and frame that ever comes to be: go elsewhere, open windows, embed, ask for devices or permissions,
 * reach the network, save what is not theirs. Follows Electron's security checklist; test/e2e/electron-security.test.ts reads the running app.
 */
import { app, session, type BrowserWindow, type Session, type WebContents } from 'electron'
import { isPageAddress, pageAddress } from './ipc-names'

/** Before any window. */
export function guardEverything(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
  app.on('session-created', guardSession)
  guardSession(session.defaultSession)
}

function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // Electron 25 moved the address from an argument into the event, and brought the event for frames.
  const stay = (details: { preventDefault(): void }, url?: string) => {
    const target = url ?? (details as unknown as { url: string }).url
    if (!isPageAddress(target)) details.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  // Without an answer Electron takes the first device that it finds.
  contents.on('select-bluetooth-device', (event, _devices, answer) => {
    event.preventDefault()
    answer('')
  })
}

function guardSession(guarded: Session): void {
  // Copying figures and numbers is the one thing the page asks for.
  const allowed = (permission: string, url: string | undefined) =>
    (permission === 'clipboard-sanitized-write' || permission === 'fullscreen') && isPageAddress(url)
  guarded.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(allowed(permission, requestingUrl)),
  )
  guarded.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, `${origin}/`))
  guarded.setDevicePermissionHandler(() => false)
  // The policy of the page says so too; this holds for whatever has none.
  const network = ['http', 'https', 'ws', 'wss', 'ftp'].map((scheme) => `${scheme}://*/*`)
  guarded.webRequest.onBeforeRequest({ urls: [...network, 'file:///*'] }, (_details, answer) =>
    answer({ cancel: true }),
  )
  // Figures and numbers that the page made itself.
  guarded.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageAddress}`)) event.preventDefault()
  })
}

/** about:blank asks nobody before it is there: the window goes back to its page at once. */
export function keepOnPage(window: BrowserWindow): void {
  const { webContents } = window
  webContents.on('did-navigate', (_event, url) => {
    if (!isPageAddress(url)) void webContents.loadURL(pageAddress).catch(() => undefined)
  })
}
