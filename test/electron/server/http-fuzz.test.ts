/** Whatever is sent to the port over HTTP by whoever can reach it: the server answers or closes that connection, and goes on. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAGoodClient, sendRaw, smallLab, startSmallServer, upgradeText, type SmallServer } from './small-server'

let small: SmallServer
const send = (bytes: Uint8Array | string, how?: 'end' | 'reset' | 'stay') => sendRaw(small.server.port, bytes, how)
const own = () => ({ Host: `127.0.0.1:${small.server.port}` })
const page = (target: string, host = own().Host) =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
const status = (answer: string) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]

beforeAll(async () => void (small = await startSmallServer(smallLab())))
afterAll(() => small.close())

/** What is no address for a URL parser, or nearly none. */
const targets = [
  '//',
  '///',
  '//[',
  '//:80',
  'http://',
  'http://[::1',
  '/\\',
  '\\\\',
  '//%',
  '/%',
  '/%ff',
  '*',
  '//@',
  '//a:b@c:99999/',
]

describe('a request of any shape', () => {
  it.each(['//', '//[', '//:80', 'http://', 'http://[::1', '//%', '//a:b@c:99999/'])(
    'is answered 400 where its address is none: %s',
    async (target) => {
      expect(status(await send(page(target)))).toBe('400')
      await answersAGoodClient(small)
    },
  )

  it('is answered 400 where it is no request', async () => {
    for (const text of [
      'nonsense\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET / HTTP/1.1\r\nno colon\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01',
    ])
      expect(status(await send(text))).toBe('400')
    await answersAGoodClient(small)
  })

  it('ends nothing but itself when its body never ends', async () => {
    const head = `POST / HTTP/1.1\r\nHost: ${own().Host}\r\nContent-Length: 1000000000\r\n\r\n`
    expect(status(await send(head + 'x'.repeat(100_000), 'stay'))).toBe('405')
    await answersAGoodClient(small)
  })

  it('ends nothing but itself, whatever it is (random lines, headers, bytes, ends)', async () => {
    const target = fc.oneof(fc.constantFrom(...targets), fc.webUrl(), fc.string({ maxLength: 40 }), fc.webPath())
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'CONNECT', 'OPTIONS', 'PRI', 'get', '')
    const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', '')
    const name = fc.constantFrom(
      'Host',
      'Upgrade',
      'Connection',
      'Expect',
      'Transfer-Encoding',
      'Content-Length',
      'Origin',
      'X-\0',
    )
    const value = fc.oneof(
      fc.constantFrom(
        own().Host,
        'websocket',
        'h2c',
        'Upgrade',
        '100-continue',
        'chunked',
        '-1',
        '99999999999999999999',
        '',
      ),
      fc.string({ maxLength: 30 }),
      fc.constant('x'.repeat(20_000)),
    )
    const headers = fc.array(fc.tuple(name, value), { maxLength: 5 })
    const request = fc
      .tuple(method, target, version, headers, fc.string({ maxLength: 20 }))
      .map(([verb, to, of, lines, body]) => {
        const head = [['Host', own().Host], ...lines].map(([key, text]) => `${key}: ${text}\r\n`)
        return Buffer.from(`${verb} ${to} ${of}\r\n${head.join('')}\r\n${body}`)
      })
    const bytes = fc.oneof(
      { weight: 4, arbitrary: request },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, { minLength: 8, maxLength: 8 }),
        fc.constantFrom('end', 'reset'),
        async (all, how) => {
          await Promise.all(all.map((one) => send(one, how)))
          await answersAGoodClient(small)
        },
      ),
      { seed: 13, numRuns: 40 },
    )
  }, 60_000)
})

describe('an upgrade', () => {
  it.each(['//', '//[', 'http://['])('to what is no address is answered 400: %s', async (target) => {
    expect(status(await send(upgradeText(target, own())))).toBe('400')
    await answersAGoodClient(small)
  })

  it('is held against its host before anything of it is read', async () => {
    expect(status(await send(upgradeText('//', { Host: 'evil.example' })))).toBe('421')
  })

  it.each([
    ['refused for its host', '/lab', { Host: 'evil.example' }],
    ['to no address', '//', {}],
    ['to another address', '/other', {}],
    ['of another page', '/lab', { Origin: 'http://evil.example' }],
    ['with a wrong token', '/lab?token=wrong', {}],
    ['that would be taken', undefined, {}],
    ['with a bad handshake', undefined, { 'Sec-WebSocket-Version': '7' }],
  ])('%s ends nothing when its sender resets before the answer', async (_how, path = small.labPath, other) => {
    // What nobody catches would end `basin serve`; here it only ends the test.
    const uncaught: string[] = []
    const note = (error: Error) => void uncaught.push(error.message)
    process.on('uncaughtExceptionMonitor', note)
    try {
      const text = upgradeText(path, { ...own(), Origin: small.origin, ...other })
      await Promise.all(Array.from({ length: 10 }, () => send(text, 'reset')))
      await answersAGoodClient(small)
    } finally {
      process.off('uncaughtExceptionMonitor', note)
    }
    expect(uncaught).toEqual([])
  })

  it('with a good token and a bad handshake is refused', async () => {
    const text = upgradeText(small.labPath, { ...own(), Origin: small.origin })
    expect(status(await send(text.replace('Version: 13', 'Version: 7'), 'stay'))).toBe('400')
    expect(status(await send(text.replace(/Sec-WebSocket-Key: \S+/, 'Sec-WebSocket-Key: x'), 'stay'))).toBe('400')
    await answersAGoodClient(small)
  })
})
