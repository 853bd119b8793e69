/** What one client may have of a server: time, connections, calls, answers that wait. Real connections, with limits that pass in a moment. */
import { connect, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createGuardedServer, listen, type ServerLimits } from '../../../electron/server/guarded-server'
import { OpenCalls } from '../../../electron/server/open-calls'
import { webSocketChannel } from '../../../electron/server/web-socket-channel'
import { answersAGoodClient, openClient, smallLab, startSmallServer } from './small-server'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** So long that it never passes in a test. */
const long = 1e8
const unlimited: ServerLimits = {
  headersMs: long,
  requestMs: long,
  keepAliveMs: long,
  checkEveryMs: 20,
  idleMs: 0,
  mostConnections: 1000,
}

async function guarded(
  limits: Partial<ServerLimits>,
  request: (request: IncomingMessage, response: ServerResponse) => void = () => undefined,
): Promise<number> {
  const server: Server = createGuardedServer({ request, upgrade: () => undefined }, { ...unlimited, ...limits })
  await listen(server, 0)
  cleanUps.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

interface RawClient {
  socket: Socket
  /** Resolves when the other side has ended it, with what it said. */
  ended: Promise<string>
}

function rawClient(port: number, text = ''): RawClient {
  const socket = connect(port, '127.0.0.1', () => void (text && socket.write(text)))
  cleanUps.push(() => socket.destroy())
  let said = ''
  socket.on('data', (data: Buffer) => (said += data.toString('latin1')))
  socket.on('error', () => undefined)
  return { socket, ended: new Promise((resolve) => socket.on('close', () => resolve(said))) }
}

const head = 'HTTP/1.1\r\nHost: 127.0.0.1\r\n'

describe('a connection is ended', () => {
  it('when the head of its request does not come to its end', async () => {
    const port = await guarded({ headersMs: 100 })
    expect(await rawClient(port, `GET / ${head}X-Slow: `).ended).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('when nothing is ever asked on it', async () => {
    const port = await guarded({ headersMs: 100 })
    await rawClient(port).ended
  })

  it('when the body of its request does not come to its end', async () => {
    const port = await guarded({ headersMs: 50, requestMs: 100 })
    expect(await rawClient(port, `POST / ${head}Content-Length: 10\r\n\r\nx`).ended).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('when nothing more is asked after an answer', async () => {
    const port = await guarded({ keepAliveMs: 100 }, (_request, response) => void response.end('answer'))
    expect(await rawClient(port, `GET / ${head}\r\n`).ended).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('when its answer is not read', async () => {
    let ended: Promise<unknown> | undefined
    const port = await guarded({ idleMs: 200 }, (_request, response) => {
      ended = new Promise((resolve) => response.on('close', () => resolve(response.writableFinished)))
      // More than any system takes on its way.
      response.end(Buffer.alloc(64e6))
    })
    rawClient(port, `GET / ${head}\r\n`).socket.pause()
    await vi.waitFor(() => expect(ended).toBeDefined())
    expect(await ended).toBe(false)
  })

  it('at once where there are too many', async () => {
    const port = await guarded({ mostConnections: 3 }, (_request, response) => void response.end())
    const first = [rawClient(port), rawClient(port), rawClient(port)]
    await Promise.all(first.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))))
    expect(await rawClient(port, `GET / ${head}\r\n`).ended).toBe('')
    first[0]!.socket.end()
    await first[0]!.ended
    // Its place is free once the server has seen its end too.
    await vi.waitFor(async () =>
      expect(await rawClient(port, `GET / ${head}Connection: close\r\n\r\n`).ended).toMatch(/^HTTP\/1\.1 200 /),
    )
  })
})

describe('the calls of one client', () => {
  it('are not heard while sixty-four wait, and all are answered in the end', async () => {
    const waiting: (() => void)[] = []
    let begun = 0
    const importDataset = () => {
      begun++
      return new Promise<void>((resolve) => waiting.push(resolve))
    }
    const small = await startSmallServer(smallLab({ importDataset }))
    cleanUps.push(() => small.close())
    const { lab, socket } = await openClient(small)
    // Longer than what is read from a socket in one go, so that no two of them end in the same read.
    const paths = Array.from({ length: 20 }, () => 'p'.repeat(4000))
    const calls = Array.from({ length: 100 }, () => lab.importDataset({ dataset: 'mnist', paths }))
    await vi.waitFor(() => expect(begun).toBe(64), { timeout: 10_000 })
    for (let i = 0; i < 5; i++) await answersAGoodClient(small)
    expect(begun).toBe(64)
    waiting.shift()!()
    await vi.waitFor(() => expect(begun).toBe(65), { timeout: 10_000 })
    const release = setInterval(() => waiting.splice(0).forEach((answer) => answer()), 5)
    await Promise.all(calls)
    clearInterval(release)
    expect(begun).toBe(100)
    socket.terminate()
  }, 60_000)

  it('count by their bytes too, until they are answered', () => {
    const calls = new OpenCalls()
    const call = (i: string) => ({ t: 'q', m: 'listQueue', a: [], i })
    calls.ask(call('1'), 63 * 2 ** 20)
    expect(calls.areMany).toBe(false)
    // Neither of these waits for an answer.
    calls.ask({ t: 'q', m: 'onLabEvent', a: [] }, 100 * 2 ** 20)
    calls.answer({ t: 'q', m: 'onLabEvent', a: [] })
    expect(calls.areMany).toBe(false)
    calls.ask(call('2'), 2 ** 20)
    expect(calls.areMany).toBe(true)
    calls.answer({ t: 's', i: '3' })
    expect(calls.areMany).toBe(true)
    calls.answer({ t: 's', i: '1' })
    expect(calls.areMany).toBe(false)
    // One that is named twice is one.
    for (let i = 0; i < 200; i++) calls.ask(call('2'), 2 ** 20)
    expect(calls.areMany).toBe(false)
  })
})

/** The server's end of a connection, with a client that does what the test says. */
async function pair(patienceMs?: number) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  cleanUps.push(() => server.close())
  const connected = new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  client.on('error', () => undefined)
  cleanUps.push(() => client.terminate())
  const end = await connected
  if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve))
  const closed = new Promise<void>((resolve) => void end.once('close', () => resolve()))
  return { client, end, closed, channel: webSocketChannel(end, { patienceMs }) }
}

/** What no system takes on its way. */
const large = new Uint8Array(64e6)

describe('a client that does not read', () => {
  it('is cut off when it has read nothing for as long as is had with it', async () => {
    const { client, closed, channel } = await pair(200)
    client.pause()
    channel.post(large)
    await closed
    expect(channel.drained!()).toBeUndefined()
  })

  it('stays when it reads slowly, for however long', async () => {
    const patienceMs = 1500
    const { client, end, channel } = await pair(patienceMs)
    const received = new Promise<number>((resolve) => client.on('message', (data: Buffer) => resolve(data.length)))
    const started = performance.now()
    // A moment of reading in between pauses that together are longer than is had with one that does not read at all.
    client.pause()
    channel.post(large)
    while (performance.now() - started < 2 * patienceMs) {
      await new Promise((resolve) => setTimeout(resolve, 150))
      client.resume()
      await new Promise((resolve) => setImmediate(resolve))
      client.pause()
    }
    client.resume()
    expect(await received).toBeGreaterThan(large.length)
    expect(end.readyState).toBe(WebSocket.OPEN)
  })

  it('and asks for one sign of life after the other is cut off', async () => {
    const { client, end, closed } = await pair()
    client.pause()
    let isOpen = true
    void closed.then(() => (isOpen = false))
    const ping = Buffer.alloc(125)
    // Answers to these are many times what systems take on their way.
    for (let i = 0; isOpen && i < 400_000; i++) {
      client.ping(ping)
      if (i % 200 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(end.readyState).toBe(WebSocket.CLOSED)
  }, 60_000)
})
