/** The contract suite over a real WebSocket: the server's end and the page's. */
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { webSocketChannel } from '../../../electron/server/web-socket-channel'
import { channelOf } from '../../../renderer/lab/transport'
import { openWebSocketTransport } from '../../../renderer/lab/web-socket-transport'
import { rpcSuite, type ChannelPair } from '../../shared/api/rpc-suite'

async function webSocketPair(): Promise<ChannelPair> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const connected = new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  const transport = await openWebSocketTransport(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/lab`)
  return {
    server: webSocketChannel(await connected),
    client: channelOf(transport),
    close: () => {
      transport.close()
      server.close()
    },
  }
}

rpcSuite('a WebSocket', webSocketPair)
