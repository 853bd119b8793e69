/**
 * A window's connection to the lab: encoded messages over Electron IPC, from the page's own frame and from nobody else. Each load of
 * the page is a connection of its own, so that a reload does not hear the answers of the page before it.
 */
import { ipcMain, type IpcMainEvent, type WebContents } from 'electron'
import { encode } from '../../shared/api/codec'
import { decodeOutside } from '../../shared/api/outside-message'
import type { Channel } from '../../shared/api/rpc'
import { ipcNames, isPageAddress } from './ipc-names'

/** Whether a message comes from the main frame of our page in this window. */
export function isFromPage(event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>, contents: WebContents): boolean {
  try {
    const frame = event.senderFrame
    return event.sender === contents && frame !== null && frame === contents.mainFrame && isPageAddress(frame.url)
  } catch {
    // The frame was gone before it could be asked who it is.
    return false
  }
}

/** Calls `serve` with a channel for every load of the page in a window. */
export function serveWindow(contents: WebContents, serve: (channel: Channel) => void): void {
  let closeCurrent: (() => void) | undefined
  const open = () => {
    closeCurrent?.()
    const connection = openConnection(contents)
    closeCurrent = connection.close
    serve(connection.channel)
  }
  contents.on('did-start-navigation', (details, _url, isSameDocument, isMainFrame) => {
    // Electron 25 moved these from arguments into the event itself.
    const event = details as unknown as { isSameDocument?: boolean; isMainFrame?: boolean }
    const same = event.isSameDocument ?? isSameDocument
    const main = event.isMainFrame ?? isMainFrame
    if (main && !same) open()
  })
  const end = () => {
    closeCurrent?.()
    closeCurrent = undefined
  }
  contents.on('render-process-gone', end)
  contents.once('destroyed', end)
}

function openConnection(contents: WebContents): { channel: Channel; close: () => void } {
  const closers: (() => void)[] = []
  let open = true
  const channel: Channel = {
    post: (message) => {
      if (open && !contents.isDestroyed()) contents.send(ipcNames.fromLab, encode(message))
    },
    on: (listener) => {
      const hear = (event: IpcMainEvent, bytes: unknown) => {
        if (!isFromPage(event, contents) || !(bytes instanceof Uint8Array)) return
        let message: unknown
        try {
          message = decodeOutside(bytes)
        } catch {
          return console.error('The window sent something that is not a Basin message.')
        }
        listener(message)
      }
      ipcMain.on(ipcNames.toLab, hear)
      closers.push(() => ipcMain.off(ipcNames.toLab, hear))
    },
    onClose: (listener) => void closers.push(listener),
  }
  const close = () => {
    if (!open) return
    open = false
    for (const closer of closers) closer()
  }
  return { channel, close }
}
