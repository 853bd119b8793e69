/** A loopback server with a small lab, raw connections to it that do anything, and a good client that must get its answer afterwards. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { connectContract, type Channel } from '../../../shared/api/rpc'
import { decode, encode } from '../../../shared/api/codec'
import { inPieces } from '../../../shared/api/pieces'
import type { LabApi, LabClientApi, LabEvent } from '../../../shared/api/lab-api'
import type { ServableLab } from '../../../electron/lab/serve-lab'
import { startLabServer, type LabServer } from '../../../electron/server/lab-server'

/** The methods a test gives, `listQueue` (nothing waits), and events by `tell`. Other methods reject. */
export function smallLab(methods: Partial<LabApi> = {}): ServableLab & { tell(event: LabEvent): void } {
  const listeners = new Set<(event: LabEvent) => void>()
  const own = {
    listQueue: async () => [],
    ...methods,
    onEvent: (listener: (event: LabEvent) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell: (event: LabEvent) => listeners.forEach((listener) => listener(event)),
  }
  const missing = async () => Promise.reject(new Error('not in this lab'))
  return new Proxy(own, {
    get: (target, name) => target[name as keyof typeof target] ?? missing,
  }) as unknown as ServableLab & { tell(event: LabEvent): void }
}

/** Where a lab is served. */
export interface ServedLab {
  origin: string
  /** The path of the lab with its token. */
  labPath: string
}

export interface SmallServer extends ServedLab {
  server: LabServer
  close(): Promise<void>
}

export async function startSmallServer(lab: ServableLab): Promise<SmallServer> {
  const folder = mkdtempSync(join(tmpdir(), 'basin-page-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Basin</title>')
  const server = await startLabServer({ lab, pageFolder: folder, port: 0 })
  return {
    server,
    origin: `http://127.0.0.1:${server.port}`,
    labPath: `/lab${new URL(server.url).search}`,
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Sends bytes as they are.
 * @returns what came back until the connection ended, or until the sender had said everything and `waitMs` passed
 */
export function sendRaw(port: number, bytes: Uint8Array | string, how: 'end' | 'reset' | 'stay' = 'end') {
  return new Promise<string>((resolve) => {
    let text = ''
    const socket: Socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes, () => void (how === 'end' && socket.end()))
      // In the same turn, so that whoever reads these bytes cannot answer any more.
      if (how === 'reset') socket.resetAndDestroy()
    })
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
    // A server that goes on waiting for the rest of a request is right to.
    socket.setTimeout(300, () => socket.destroy())
  })
}

export function upgradeText(path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const fixed = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  return `GET ${path} HTTP/1.1\r\n${fixed}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${lines.join('')}\r\n`
}

/** A client that speaks the protocol. */
export async function openClient(of: ServedLab, onLabEvent: (event: LabEvent) => void = () => undefined) {
  const socket = new WebSocket(`${of.origin.replace('http', 'ws')}${of.labPath}`, { origin: of.origin })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => undefined)
  const channel: Channel = {
    post: (message) => {
      for (const piece of inPieces(encode(message))) socket.send(piece)
    },
    on: (listener) => void socket.on('message', (data) => listener(decode(data as Buffer))),
    onClose: (listener) => void socket.on('close', listener),
  }
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  return { socket, closed, lab: connectContract<LabApi, LabClientApi>(channel, { onLabEvent }) }
}

/** A page that is served, and a client that gets its answer: what must go on whatever others do. @throws what failed */
export async function answersAGoodClient(of: ServedLab): Promise<void> {
  const page = await fetch(`${of.origin}/`)
  if (page.status !== 200) throw new Error(`the page is answered ${page.status}`)
  await page.arrayBuffer()
  const { socket, closed, lab } = await openClient(of)
  const queue = await lab.listQueue({})
  if (queue.length !== 0) throw new Error('another answer')
  socket.close()
  await closed
}
