/**
 * A client's WebSocket as a channel of encoded messages. One that sends anything else is cut off. What is held for a client is bounded:
 * it is not listened to while too much waits that it asked, or for it to read; one that does not read at all is cut off.
 */
import type { RawData, WebSocket } from 'ws'
import { encode } from '../../shared/api/codec'
import { decodeOutside } from '../../shared/api/outside-message'
import { PieceJoiner, pieceBytes } from '../../shared/api/pieces'
import type { Channel } from '../../shared/api/rpc'
import { OpenCalls } from './open-calls'
import { SocketOutbox } from './socket-outbox'

/** What a client may send in one WebSocket message; more travels in pieces. */
export const largestFrame = 8 * pieceBytes

export interface WebSocketChannelOptions {
  /** How long a client may leave what was sent to it unread. */
  patienceMs?: number
}

export function webSocketChannel(client: WebSocket, { patienceMs }: WebSocketChannelOptions = {}): Channel {
  const outbox = new SocketOutbox(client, patienceMs)
  const calls = new OpenCalls()
  const pieces = new PieceJoiner()
  const listen = () => {
    const isBusy = calls.areMany || outbox.isFull
    if (isBusy && !client.isPaused) client.pause()
    else if (!isBusy && client.isPaused) client.resume()
    if (outbox.isFull) void outbox.drained()?.then(listen)
  }
  // Of a malformed or too large frame: the connection is closed with the reason by whoever found it.
  client.on('error', () => undefined)
  return {
    post: (message) => {
      calls.answer(message)
      if (client.readyState !== client.OPEN) return
      outbox.send(encode(message))
      listen()
    },
    on: (listener) => {
      client.on('message', (data: RawData, isBinary: boolean) => {
        if (client.readyState !== client.OPEN) return
        try {
          if (!isBinary) throw new TypeError('a text message')
          const bytes = pieces.push(data as Buffer)
          if (bytes === undefined) return
          const message = decodeOutside(bytes)
          calls.ask(message, bytes.length)
          listen()
          listener(message)
        } catch {
          client.close(1003, 'not a Basin message')
        }
      })
    },
    onClose: (listener) => void client.on('close', listener),
    drained: () => outbox.drained(),
  }
}
