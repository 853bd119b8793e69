/**
 * When the window's page ends, cannot be loaded or does not answer. Once, it is loaded again by itself and says why; when that happens again
 * soon a dialog of the system, which needs no page, says so and has the button. The lab is another process: training goes on meanwhile.
 */
import { app, dialog, ipcMain, type BrowserWindow } from 'electron'
import { isFromPage } from './ipc-channel'
import { ipcNames, isPageAddress, pageAddress } from './ipc-names'

/** Trouble that comes later than this after the last is trouble of its own. */
const relatedMs = 60_000
const goesOn = 'Training goes on; nothing is lost.'

export function watchForTrouble(window: BrowserWindow): void {
  const { webContents } = window
  let notice: string | null = null
  let lastAt = -Infinity
  let hasLoaded = false
  /** By us, because it did not answer. */
  let wasEnded = false
  let asking: AbortController | undefined

  const load = (what: string) => {
    notice = `${what}, and the page was loaded again. ${goesOn}`
    // Where it was, if that was our page.
    const address = webContents.getURL()
    // A page that is there would take its own address for a place within itself; one that has ended cannot be told to reload.
    if (isPageAddress(address) && !webContents.isCrashed()) webContents.reload()
    else webContents.loadURL(isPageAddress(address) ? address : pageAddress).catch(() => undefined)
  }
  const ask = async (what: string, otherwise: string, act: () => void) => {
    if (asking) return
    asking = new AbortController()
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: `${what}.`,
      detail: goesOn,
      buttons: ['Load Again', otherwise],
      defaultId: 0,
      cancelId: 1,
      signal: asking.signal,
    })
    asking = undefined
    if (response === 0 && !window.isDestroyed()) act()
  }
  const recover = (what: string) => {
    if (window.isDestroyed()) return
    console.error(`${what}.`)
    const isFirst = Date.now() - lastAt > relatedMs
    lastAt = Date.now()
    if (isFirst) load(what)
    else void ask(`${what} again`, 'Leave It', () => load(what))
  }

  webContents.on('render-process-gone', (_event, { reason }) => {
    if (wasEnded) load('The window did not answer')
    else if (reason !== 'clean-exit') recover(`The window's process ended (${reason})`)
    wasEnded = false
  })
  webContents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    // -3: given up for another address.
    if (isMainFrame && code !== -3) recover(`The page could not be loaded (${description || code})`)
  })
  webContents.on('preload-error', (_event, _path, error) => recover(`The window's bridge failed (${error.message})`))
  webContents.on('did-finish-load', () => (hasLoaded = true))
  const onChildGone = (_event: unknown, { type, reason }: { type: string; reason: string }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    // Chromium starts another one; what it had drawn is gone. At its start, or soon after such an end, it may try several, and draw without
    // the graphics card where none of them works.
    if (hasLoaded && Date.now() - lastAt > relatedMs) recover(`The graphics process ended (${reason})`)
  }
  app.on('child-process-gone', onChildGone)
  // Not loaded again by itself: it may only be busy, and what a person typed would be gone.
  window.on('unresponsive', () => {
    void ask('The window does not answer', 'Wait', () => {
      lastAt = Date.now()
      wasEnded = true
      webContents.forcefullyCrashRenderer()
    })
  })
  window.on('responsive', () => asking?.abort())
  ipcMain.handle(ipcNames.takeNotice, (event) => {
    if (!isFromPage(event, webContents)) throw new Error('not from the page')
    const taken = notice
    notice = null
    return taken
  })
  window.once('closed', () => {
    app.off('child-process-gone', onChildGone)
    ipcMain.removeHandler(ipcNames.takeNotice)
  })
}
