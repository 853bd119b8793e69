/** The contract suite over Electron IPC: a real window with the real preload script, one load of the page for each connection. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { decode, encode } from '../../../shared/api/codec'
import { openDisplay, type Display } from '../../support/display'
import { electronBinary, root } from '../../support/requirements'
import { rpcSuite, type ChannelPair } from '../../shared/api/rpc-suite'

const electron = electronBinary()
let display: Display
let folder: string
let server: WebSocketServer
let application: ElectronApplication
let page: Page
/** The lab's side of the latest load of the page. */
let nextRelay: Promise<WebSocket>
let hearPage: (bytes: Uint8Array) => void = () => undefined

function waitForRelay(): Promise<WebSocket> {
  return new Promise((resolve) => {
    server.once('connection', (socket) => socket.once('message', () => resolve(socket)))
  })
}

beforeAll(async () => {
  if (!electron) return
  display = await openDisplay()
  folder = mkdtempSync(join(tmpdir(), 'basin-relay-'))
  await build({
    entryPoints: {
      relay: join(root, 'test/electron/main/ipc-relay.ts'),
      preload: join(root, 'electron/preload/entry.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    external: ['electron'],
    logLevel: 'error',
  })
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  nextRelay = waitForRelay()
  application = await _electron.launch({
    executablePath: electron,
    args: [
      '--no-sandbox',
      join(folder, 'relay.cjs'),
      `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      join(folder, 'preload.cjs'),
    ],
    env: { ...process.env, DISPLAY: display.name } as Record<string, string>,
  })
  page = await application.firstWindow()
  await page.exposeFunction('toTest', (base64: string) => hearPage(Buffer.from(base64, 'base64')))
})

afterAll(async () => {
  if (!electron) return
  await application.close()
  server.close()
  display.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Bytes cross between test and page as base64; between page and main process they are the real thing. */
async function ipcPair(): Promise<ChannelPair> {
  nextRelay = waitForRelay()
  await page.reload()
  const relay = await nextRelay
  await page.evaluate(() => {
    const { basin, toTest } = globalThis as unknown as {
      basin: { onLabMessage(listener: (bytes: Uint8Array) => void): void }
      toTest(base64: string): void
    }
    basin.onLabMessage((bytes) => {
      let text = ''
      for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
      toTest(btoa(text))
    })
  })
  const closers: (() => void)[] = []
  let open = true
  const close = () => {
    if (!open) return
    open = false
    relay.close()
    for (const closer of closers) closer()
  }
  // A later load of the page ends this connection, as it does in the app.
  relay.once('close', close)
  let sent = Promise.resolve<unknown>(undefined)
  return {
    close,
    server: {
      post: (message) => {
        const bytes = encode(message)
        if (open) relay.send(bytes)
      },
      on: (listener) =>
        void relay.on('message', (data) => listener((decode(data as Buffer) as { message: unknown }).message)),
      onClose: (listener) => void closers.push(listener),
    },
    client: {
      post: (message) => {
        if (!open) throw new Error('the channel is closed')
        const base64 = Buffer.from(encode(message)).toString('base64')
        sent = sent.then(() =>
          page.evaluate((text) => {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
            ;(globalThis as unknown as { basin: { sendToLab(bytes: Uint8Array): void } }).basin.sendToLab(bytes)
          }, base64),
        )
      },
      on: (listener) => {
        hearPage = (bytes) => {
          if (open) listener(decode(bytes))
        }
      },
      onClose: (listener) => void closers.push(listener),
    },
  }
}

describe.skipIf(!electron)('Electron IPC', () => {
  rpcSuite('Electron IPC', ipcPair)

  it('gives the page nothing of Node and Electron but the bridge', async () => {
    const seen = await page.evaluate(() => {
      const { basin, ...rest } = globalThis as unknown as Record<string, Record<string, unknown>>
      return {
        bridge: Object.keys(basin!).sort(),
        leaks: ['require', 'process', 'module', 'electron'].filter((name) => name in rest),
        version: (basin!.versions as { basin: string }).basin,
      }
    })
    expect(seen).toEqual({
      bridge: ['chooseFiles', 'onLabMessage', 'sendToLab', 'takeNotice', 'versions'],
      leaks: [],
      version: '1.2.3',
    })
  })
})
