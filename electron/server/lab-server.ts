/**
 * The app for a browser on this machine: the page over HTTP and the lab over a WebSocket, on loopback only. A request must name this
 * server as its Host (against DNS rebinding), a WebSocket must come from this server's page and carry the token of this start.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { serveLab, type ServableLab } from '../lab/serve-lab'
import { createGuardedServer, endWith, listen } from './guarded-server'
import { addressOf, isOwnHost, upgradeProblem } from './requests'
import { contentSecurityPolicy, readStaticFiles, type StaticFile } from './static-files'
import { largestFrame, webSocketChannel } from './web-socket-channel'

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

/** Connections to the lab at the same time: tabs of one person. What is held for each is bounded, and so is the sum. */
const mostClients = 32

export async function startLabServer({ lab, pageFolder, port }: LabServerOptions): Promise<LabServer> {
  const token = randomBytes(24).toString('base64url')
  const files = readStaticFiles(pageFolder)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame })
  const server = createGuardedServer({
    request: (request, response) => answer(files, request, response),
    upgrade: (request, socket, head) => {
      const isFull = sockets.clients.size >= mostClients
      const problem = upgradeProblem(request, token) ?? (isFull ? '503 Service Unavailable' : undefined)
      if (problem) return endWith(socket, problem)
      sockets.handleUpgrade(request, socket, head, (client) => serveLab(webSocketChannel(client), lab))
    },
  })
  await listen(server, port)
  return {
    port: ownPort(server),
    url: `http://127.0.0.1:${ownPort(server)}/?token=${token}`,
    close: () => closeServer(server, sockets),
  }
}

function answer(files: ReadonlyMap<string, StaticFile>, request: IncomingMessage, response: ServerResponse): void {
  if (!isOwnHost(request)) return refuse(response, 421, 'This server answers only for its own address.')
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET.')
  const address = addressOf(request)
  if (!address) return refuse(response, 400, 'That is no address.')
  const file = files.get(address.pathname)
  if (!file) return refuse(response, 404, 'There is no such page.')
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': file.body.length,
    ...securityHeaders(request.headers.host!),
  })
  response.end(request.method === 'HEAD' ? undefined : file.body)
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

/** Ends the connection too: what else its sender has to say (a body of any length) is not heard out. */
function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  response.end(`${text}\n`)
}
