/**
 * The one place where trouble from outside ends. Any page of any browser on this machine can send requests here, without a token and of
 * any shape: whatever goes wrong with one closes that one connection, answered 400 where there is still somebody to answer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { errorMessage } from '../../shared/api/errors'

export interface GuardedHandlers {
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void
}

/** How long and how many, so that slow clients cannot collect. A browser on this machine takes milliseconds. */
export interface ServerLimits {
  /** For the head of a request. */
  headersMs: number
  /** For a request, with its body. */
  requestMs: number
  /** Between two requests on one connection. */
  keepAliveMs: number
  /** How often the times above are looked at. */
  checkEveryMs: number
  /** A socket on which nothing moves, such as that of a client that does not read; connections to the lab have a rule of their own. */
  idleMs: number
  mostConnections: number
}

const defaultLimits: ServerLimits = {
  headersMs: 10_000,
  requestMs: 20_000,
  keepAliveMs: 5_000,
  checkEveryMs: 2_000,
  idleMs: 60_000,
  mostConnections: 256,
}

export function createGuardedServer(handlers: GuardedHandlers, limits: ServerLimits = defaultLimits): Server {
  const times = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkEveryMs,
  }
  const server = createServer(times, (request, response) => {
    // Of an answer to somebody who left.
    response.on('error', () => request.socket.destroy())
    guard(request.socket, () => handlers.request(request, response))
  })
  server.timeout = limits.idleMs
  server.maxConnections = limits.mostConnections
  // From its first byte on and whoever owns it later: Node takes its own listener away before it tells of an upgrade.
  server.on('connection', (socket: Socket) => socket.on('error', () => socket.destroy()))
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    guard(socket, () => handlers.upgrade(request, socket, head)),
  )
  return server
}

/** Resolves when it listens, on loopback only. @param port 0: any free one */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // Such as too many open files: that connection is lost, the next one may do.
      server.on('error', (error) => console.error(`A connection could not be taken: ${error.message}`))
      resolve()
    })
  })
}

/** Answers on a connection that has no answer of its own, such as a refused upgrade, and ends it. */
export function endWith(socket: Socket, status: string): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.destroySoon()
}

function guard(socket: Socket, work: () => void): void {
  try {
    work()
  } catch (error) {
    console.error(`A request failed: ${errorMessage(error)}`)
    endWith(socket, '400 Bad Request')
  }
}
