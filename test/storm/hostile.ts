/** What comes from outside and means no good: bytes that are no request, frames that are no message, calls without sense. */
import { connect as connectSocket } from 'node:net'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import { encode } from '../../shared/api/codec'
import { labSchemas } from '../../shared/api/lab-api'
import type { RandomStream } from '../../shared/random'
import { sleep } from './lab-life'

/** Not called: it would ask the network for a file. */
const leftOut = new Set(['fetchDataset'])
const methods = Object.keys(labSchemas).filter((name) => !leftOut.has(name))

const anything = fc.anything({ withTypedArray: true, maxDepth: 3 })

export type Hostility = (url: URL, random: RandomStream) => Promise<void>

/** Each ends by itself, whatever the server does. */
export const hostilities: Record<string, Hostility> = {
  'bytes that are no request': (url, random) => sendRaw(url, randomBytes(random, 400)),
  'requests without sense': (url, random) =>
    sendRaw(
      url,
      `GET ${['//', '/%', 'http://[', '/\\..\\', '*'][random.below(5)]} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`,
    ),
  'upgrades without a token': (url) =>
    sendRaw(
      url,
      `GET /lab HTTP/1.1\r\nHost: ${url.host}\r\nOrigin: ${url.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    ),
  'frames that are none': (url, random) =>
    withSocket(url, (socket) => {
      // Past the library, which would not send such a thing.
      const raw = (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket
      raw.write(randomBytes(random, 200))
    }),
  'messages that are none': (url, random) => withSocket(url, (socket) => socket.send(randomBytes(random, 1000))),
  'a message that is too large': (url) => withSocket(url, (socket) => socket.send(new Uint8Array(9 << 20))),
  'calls without sense': (url, random) =>
    withSocket(url, (socket) => {
      for (const [i, argument] of fc.sample(anything, { numRuns: 20, seed: random.uint32() | 0 }).entries()) {
        const method = methods[random.below(methods.length)]
        try {
          socket.send(encode({ t: 'q', m: method, a: [argument], i: `h${i}` }))
        } catch {
          // No codec for it: it cannot be sent.
        }
      }
    }),
}

function randomBytes(random: RandomStream, most: number): Uint8Array {
  return Uint8Array.from({ length: 1 + random.below(most) }, () => random.below(256))
}

/** Resolves when the other side has closed, or after a moment; half of them are reset. */
async function sendRaw(url: URL, bytes: Uint8Array | string): Promise<void> {
  const socket = connectSocket(Number(url.port), url.hostname)
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(bytes))
  await sleep(100)
  socket.resetAndDestroy()
}

async function withSocket(url: URL, send: (socket: WebSocket) => void): Promise<void> {
  const socket = new WebSocket(`ws://${url.host}/lab${url.search}`, { origin: url.origin })
  socket.on('error', () => undefined)
  socket.on('open', () => send(socket))
  await sleep(300)
  socket.terminate()
}
