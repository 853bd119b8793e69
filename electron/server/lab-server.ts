/**
 * The app for a browser on this machine: the page over HTTP and the lab over a WebSocket, on loopback only. A request must name this
 * server as its Host (against DNS rebinding), a WebSocket must come from this server's page and carry the token of this start.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { decode, encode } from '../../shared/api/codec'
import type { Channel } from '../../shared/api/rpc'
import { serveLab, type ServableLab } from '../lab/serve-lab'
import { contentSecurityPolicy, readStaticFiles } from './static-files'

export interface LabServerOptions {
  lab: ServableLab
  /** Folder of the bundled page. */
  pageFolder: string
  /** 0: any free port. */
  port: number
}

export interface LabServer {
  port: number
  /** With the token; opening it is all a person does. */
  url: string
  close(): Promise<void>
}

/** The largest message a client may send: a spec with many models is kilobytes. */
const maxPayload = 8 * 1024 * 1024

export async function startLabServer({ lab, pageFolder, port }: LabServerOptions): Promise<LabServer> {
  const token = randomBytes(24).toString('base64url')
  const files = readStaticFiles(pageFolder)
  const sockets = new WebSocketServer({ noServer: true, maxPayload })
  const server = createServer((request, response) => {
    if (!isOwnHost(request)) return refuse(response, 421, 'This server answers only for its own address.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET.')
    const file = files.get(new URL(request.url ?? '/', 'http://basin').pathname)
    if (!file) return refuse(response, 404, 'There is no such page.')
    response.writeHead(200, {
      'Content-Type': file.type,
      'Content-Length': file.body.length,
      ...securityHeaders(request.headers.host!),
    })
    response.end(request.method === 'HEAD' ? undefined : file.body)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const problem = upgradeProblem(request, token)
    if (problem) {
      socket.end(`HTTP/1.1 ${problem}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => serveLab(webSocketChannel(client), lab))
  })
  await listen(server, port)
  return {
    port: ownPort(server),
    url: `http://127.0.0.1:${ownPort(server)}/?token=${token}`,
    close: () => closeServer(server, sockets),
  }
}

/** A client's WebSocket as a channel of encoded messages; one that sends anything else is cut off. */
export function webSocketChannel(client: WebSocket): Channel {
  return {
    post: (message) => {
      if (client.readyState === client.OPEN) client.send(encode(message))
    },
    on: (listener) => {
      client.on('message', (data, isBinary) => {
        try {
          if (!isBinary) throw new TypeError('a text message')
          listener(decode(data as Buffer))
        } catch {
          client.close(1003, 'not a Basin message')
        }
      })
    },
    onClose: (listener) => void client.on('close', listener),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closeServer(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) client.terminate()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function ownPort(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0
}

/** A loopback name with any port: whoever forwards the port over SSH may use another one at their end. */
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

function isOwnHost(request: IncomingMessage): boolean {
  return ownHost.test(request.headers.host ?? '')
}

function upgradeProblem(request: IncomingMessage, token: string): string | undefined {
  const url = new URL(request.url ?? '/', 'http://basin')
  if (!isOwnHost(request)) return '421 Misdirected Request'
  if (url.pathname !== '/lab') return '404 Not Found'
  if (request.headers.origin !== `http://${request.headers.host}`) return '403 Forbidden'
  if (!isToken(url.searchParams.get('token') ?? '', token)) return '401 Unauthorized'
  return undefined
}

/** Takes the same time whatever is wrong with it. */
function isToken(given: string, token: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(token)
  return a.length === b.length && timingSafeEqual(a, b)
}

function securityHeaders(host: string): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(`ws://${host}`),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}
