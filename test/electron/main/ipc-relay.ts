/**
 * A small Electron app for ipc-channel.test.ts: it serves its window as the real app does, and hands every message of the lab's side
 * to the test over a WebSocket, so that both ends of the connection lie in the test.
 */
import { app, BrowserWindow } from 'electron'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { serveWindow } from '../../../electron/main/ipc-channel'
import { pageAddress, versionArgument } from '../../../electron/main/ipc-names'
import { registerPageScheme, servePage } from '../../../electron/main/page-protocol'
import { decode, encode } from '../../../shared/api/codec'

const [relayAddress, preload] = process.argv.slice(-2) as [string, string]
const scratch = mkdtempSync(join(tmpdir(), 'basin-ipc-'))
app.setPath('userData', scratch)
registerPageScheme()

async function start(): Promise<void> {
  writeFileSync(join(scratch, 'index.html'), '<!doctype html><title>relay</title>')
  servePage(scratch)
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      additionalArguments: [`${versionArgument}1.2.3`],
    },
  })
  serveWindow(window.webContents, (channel) => {
    const relay = new WebSocket(relayAddress)
    relay.on('open', () => relay.send(encode('connected')))
    relay.on('message', (data) => channel.post(decode(data as Buffer)))
    relay.on('error', () => undefined)
    channel.on((message) => relay.send(encode({ message })))
    channel.onClose?.(() => relay.close())
  })
  await window.loadURL(pageAddress)
}

void app.whenReady().then(start)
