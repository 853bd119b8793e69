import fc from 'fast-check'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { FrameReader, streamChannel } from '../../../electron/host/frames'

/** The bytes that a channel writes for messages. */
async function bytesOf(messages: readonly unknown[]): Promise<Buffer> {
  const stream = new PassThrough()
  const channel = streamChannel(stream)
  for (const message of messages) channel.post(message)
  stream.end()
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

describe('framed messages', () => {
  it('come out whole and in order, however the bytes are cut', async () => {
    const message = fc.oneof(
      fc.string(),
      fc.array(fc.integer()),
      fc.float32Array({ maxLength: 50 }),
      fc.record({ steps: fc.float64Array({ noNaN: true }) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(message),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (messages, cuts) => {
          const bytes = await bytesOf(messages)
          const received: unknown[] = []
          const reader = new FrameReader((value) => received.push(value))
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const end = at + cuts[i % cuts.length]!
            reader.push(bytes.subarray(at, end))
            at = end
          }
          expect(received).toEqual(messages)
        },
      ),
    )
  })

  it('carries a message of many megabytes', async () => {
    const values = Float32Array.from({ length: 3_000_000 }, (_, i) => i)
    const bytes = await bytesOf([{ values }, 'after'])
    const received: unknown[] = []
    const reader = new FrameReader((value) => received.push(value))
    for (let at = 0; at < bytes.length; at += 65_536) reader.push(bytes.subarray(at, at + 65_536))
    expect(received).toEqual([{ values }, 'after'])
  })
})
