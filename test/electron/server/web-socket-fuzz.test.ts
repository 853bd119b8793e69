/** Whatever a client with the token sends over its WebSocket: at worst its connection closes, and the server goes on. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode } from '../../../shared/api/codec'
import { inPieces, pieceBytes } from '../../../shared/api/pieces'
import { labSchemas } from '../../../shared/api/lab-api'
import {
  answersAGoodClient,
  openClient,
  sendRaw,
  smallLab,
  startSmallServer,
  upgradeText,
  type SmallServer,
} from './small-server'

let small: SmallServer
let received = 0

beforeAll(async () => {
  const startExperiment = async ({ from }: { from?: { bytes: Uint8Array } }) => {
    received = from?.bytes.length ?? 0
    return { experimentId: 'x00000000' as never }
  }
  small = await startSmallServer(smallLab({ startExperiment }))
})
afterAll(() => small.close())

/** The code that the server closed with. */
async function closeCode(message: string | Uint8Array): Promise<number> {
  const { socket } = await openClient(small)
  const code = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.send(message)
  return code
}

/** A WebSocket frame of a client, with any of its parts wrong. */
function frame({ first, length, payload }: { first: number; length?: number; payload: Uint8Array }): Buffer {
  const claimed = length ?? payload.length
  const head = Buffer.alloc(14)
  head[0] = first
  head[1] = 0x80 | 127
  head.writeBigUInt64BE(BigInt(claimed), 2)
  // A mask of zeros changes nothing.
  return Buffer.concat([head, payload])
}

describe('a message over a WebSocket', () => {
  it.each([
    ['too large for one frame', () => new Uint8Array(9 * pieceBytes), 1009],
    ['a text', () => 'text', 1003],
    ['not encoded', () => Uint8Array.of(0xc4), 1003],
    ['a piece of no message', () => Uint8Array.of(0xc1, 0, 1), 1003],
  ])('closes its connection where it is %s', async (_what, message, code) => {
    expect(await closeCode(message())).toBe(code)
    await answersAGoodClient(small)
  })

  it('carries a file of weights of any size', async () => {
    const { socket, lab } = await openClient(small)
    const bytes = new Uint8Array(100 * pieceBytes + 1)
    await lab.startExperiment({ kind: 'train-on-task', spec: {}, from: { name: 'weights', bytes } })
    expect(received).toBe(bytes.length)
    socket.terminate()
  })

  it('is dropped where it is a call that wants no answer: those could be made without end', async () => {
    const { socket, lab } = await openClient(small)
    received = -1
    socket.send(encode({ t: 'q', m: 'startExperiment', a: [{ kind: 'train-on-task', spec: {} }] }))
    await lab.listQueue({})
    expect(received).toBe(-1)
    socket.terminate()
  })

  it('ends nothing but its connection, whatever its frames are', async () => {
    const upgrade = upgradeText(small.labPath, { Host: small.origin.slice(7), Origin: small.origin })
    const any = fc.record({
      first: fc.nat(255),
      length: fc.option(fc.constantFrom(0, 1, 125, 70_000, 2 ** 33, Number.MAX_SAFE_INTEGER), { nil: undefined }),
      payload: fc.uint8Array({ maxLength: 40 }),
    })
    const all = fc.array(fc.array(any, { maxLength: 6 }), { minLength: 8, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(all, fc.constantFrom('end', 'reset'), async (clients, how) => {
        const bytes = clients.map((frames) => Buffer.concat([Buffer.from(upgrade), ...frames.map(frame)]))
        await Promise.all(bytes.map((one) => sendRaw(small.server.port, one, how)))
        await answersAGoodClient(small)
      }),
      { seed: 13, numRuns: 30 },
    )
  }, 60_000)

  it('ends nothing but its connection, whatever values it carries', async () => {
    const method = fc.oneof(
      fc.constantFrom(...Object.keys(labSchemas)),
      fc.constantFrom('__proto__', 'then', 'onEvent', ''),
    )
    const thing = fc.anything({ withTypedArray: true, maxDepth: 3 })
    const call = fc.record({ t: fc.constant('q'), m: method, a: fc.array(thing, { maxLength: 2 }), i: fc.string() })
    const value = fc.oneof({ weight: 3, arbitrary: call }, { weight: 1, arbitrary: thing })
    const cut = fc.tuple(value, fc.nat(), fc.nat(255)).map(([one, at, byte]) => {
      const bytes = encoded(one)
      if (bytes.length > 0) bytes[at % bytes.length] = byte
      return bytes
    })
    const message = fc.oneof(value.map(encoded), cut, fc.uint8Array({ maxLength: 100 }))
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 20, maxLength: 20 }), async (messages) => {
        const { socket, closed } = await openClient(small)
        for (const one of messages) for (const piece of inPieces(Uint8Array.from(one))) socket.send(piece)
        socket.close()
        await closed
        await answersAGoodClient(small)
      }),
      { seed: 13, numRuns: 60 },
    )
  }, 60_000)
})

/** Bytes of a value; of one that is not data, any. */
function encoded(value: unknown): Uint8Array {
  try {
    return encode(value)
  } catch {
    return randomBytes(0)
  }
}
