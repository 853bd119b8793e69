/** A lab behind `basin serve`: the WebSocket at /lab of the server that this page came from, with the token that it printed. */
import { decode, encode } from '../../shared/api/codec'
import { inPieces } from '../../shared/api/pieces'
import type { Transport } from './transport'

const storageKey = 'basin.token'

/** The token of the page's address (?token=...), kept for this tab and taken out of the address bar, where others could see it. */
export function takeToken(): string | null {
  const address = new URL(location.href)
  const token = address.searchParams.get('token')
  if (token === null) return sessionStorage.getItem(storageKey)
  sessionStorage.setItem(storageKey, token)
  address.searchParams.delete('token')
  history.replaceState(history.state, '', address)
  return token
}

/** ws://127.0.0.1:8787/lab?token=... */
export function labAddress(page: string, token: string | null): string {
  const address = new URL('/lab', page)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  if (token !== null) address.searchParams.set('token', token)
  return address.href
}

/** Resolves when the connection is open; rejects when it cannot be. */
export function openWebSocketTransport(address: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('close', () => reject(new Error('The lab did not answer')), { once: true })
    socket.addEventListener('open', () => resolve(transportOf(socket)), { once: true })
  })
}

function transportOf(socket: WebSocket): Transport {
  return {
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('The connection to the lab is closed')
      for (const piece of inPieces(encode(message))) socket.send(piece)
    },
    onMessage: (listener) =>
      socket.addEventListener('message', (event: MessageEvent<ArrayBuffer>) =>
        listener(decode(new Uint8Array(event.data))),
      ),
    onClose: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
    close: () => socket.close(),
  }
}
