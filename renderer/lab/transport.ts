/** One open connection to a lab that carries plain messages. Transports only send and receive. */
import type { Channel } from '../../shared/api/rpc'

export interface Transport {
  /** @throws when the connection is closed. */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

export function channelOf(transport: Transport): Channel {
  return {
    post: (message) => transport.send(message),
    on: (listener) => transport.onMessage(listener),
    onClose: (listener) => transport.onClose(listener),
  }
}
