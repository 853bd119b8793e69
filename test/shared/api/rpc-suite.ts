/**
 * What every transport of a contract must do, whatever carries its messages. Each transport's test calls `rpcSuite` with a way to make
 * a connected pair.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ContractSchemas } from '../../../shared/api/contract'
import { LabError } from '../../../shared/api/errors'
import { connectContract, serveContract, type Channel } from '../../../shared/api/rpc'

interface EchoApi {
  echo(argument: { value: unknown }): Promise<unknown>
  double(argument: { numbers: Float64Array }): Promise<Float64Array>
  nothing(argument: Record<string, never>): Promise<void>
  fail(argument: { how: 'expected' | 'bug' | 'unsendable' }): Promise<unknown>
  /** Answers when `release` is called. */
  wait(argument: { name: string }): Promise<string>
  release(argument: { name: string }): Promise<void>
  announce(argument: { count: number }): Promise<void>
}

interface EchoClientApi {
  onEvent(event: { index: number; values: Float32Array }): void
}

const echoSchemas: ContractSchemas<EchoApi> = {
  echo: z.strictObject({ value: z.unknown() }),
  double: z.strictObject({ numbers: z.instanceof(Float64Array) }),
  nothing: z.strictObject({}) as z.ZodType<Record<string, never>>,
  fail: z.strictObject({ how: z.enum(['expected', 'bug', 'unsendable']) }),
  wait: z.strictObject({ name: z.string() }),
  release: z.strictObject({ name: z.string() }),
  announce: z.strictObject({ count: z.int().min(1) }),
}

/** Two connected ends. */
export interface ChannelPair {
  server: Channel
  client: Channel
  /** Closes the connection as its transport does; both ends learn of it. */
  close(): void | Promise<void>
}

class EchoServer implements EchoApi {
  client: EchoClientApi | undefined
  calls: string[] = []
  readonly #waiting = new Map<string, (name: string) => void>()

  echo = async ({ value }: { value: unknown }) => value
  double = async ({ numbers }: { numbers: Float64Array }) => numbers.map((number) => 2 * number)
  nothing = async () => undefined
  fail = async ({ how }: { how: 'expected' | 'bug' | 'unsendable' }) => {
    if (how === 'bug') throw new TypeError('of undefined')
    if (how === 'unsendable') return { call: () => 0 }
    throw new LabError('run/not-found', 'No such run', [{ path: ['runs', 0], message: 'not there' }])
  }
  wait = ({ name }: { name: string }) => new Promise<string>((resolve) => this.#waiting.set(name, resolve))
  release = async ({ name }: { name: string }) => this.#waiting.get(name)?.(name)
  announce = async ({ count }: { count: number }) => {
    for (let index = 0; index < count; index++) this.client?.onEvent({ index, values: Float32Array.of(index, 0.5) })
  }
  /** Not in the contract: must not be callable. */
  secret = async () => this.calls.push('secret')
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

export function rpcSuite(name: string, makePair: () => Promise<ChannelPair> | ChannelPair): void {
  describe(`a contract over ${name}`, () => {
    let pair: ChannelPair | undefined
    const events: { index: number; values: Float32Array }[] = []

    async function connect() {
      events.length = 0
      pair = await makePair()
      const implementation = new EchoServer()
      implementation.client = serveContract<EchoApi, EchoClientApi>(pair.server, implementation, echoSchemas)
      const api = connectContract<EchoApi, EchoClientApi>(pair.client, { onEvent: (event) => void events.push(event) })
      return { api, implementation, close: pair.close }
    }

    afterEach(async () => {
      await pair?.close()
      pair = undefined
    })

    it('answers with the value, whatever its shape', async () => {
      const { api } = await connect()
      const value = { text: 'Sinc ∇', nested: [{ n: 0.1, flag: true, none: null }], big: 2 ** 40, tiny: 1e-300 }
      expect(await api.echo({ value })).toEqual(value)
      expect(await api.echo({ value: null })).toBeNull()
      expect(await api.nothing({})).toBeUndefined()
    })

    it('keeps the type and every bit of typed arrays, views into larger buffers too', async () => {
      const { api } = await connect()
      const buffer = Float64Array.of(99, 0.1, -0, NaN, Infinity, 5e-324, 99).buffer
      const view = new Float64Array(buffer, 8, 5)
      const echoed = await api.echo({ value: { view, floats: Float32Array.of(0.1), bytes: Uint8Array.of(1, 255) } })
      expect(echoed).toEqual({ view, floats: Float32Array.of(0.1), bytes: Uint8Array.of(1, 255) })
      expect(await api.double({ numbers: Float64Array.of(1, 2.5) })).toEqual(Float64Array.of(2, 5))
    })

    it('carries a million numbers', async () => {
      const { api } = await connect()
      const numbers = Float64Array.from({ length: 1_000_000 }, (_, i) => i / 3)
      const doubled = await api.double({ numbers })
      expect(doubled.length).toBe(numbers.length)
      expect(doubled.at(-1)).toBe(2 * numbers.at(-1)!)
    })

    it('keeps calls apart that are answered out of order', async () => {
      const { api } = await connect()
      const first = api.wait({ name: 'first' })
      const second = api.wait({ name: 'second' })
      await api.release({ name: 'second' })
      expect(await second).toBe('second')
      await api.release({ name: 'first' })
      expect(await first).toBe('first')
    })

    it('brings back an expected error with code, message and issues', async () => {
      const { api } = await connect()
      const error = await rejection(api.fail({ how: 'expected' }))
      expect(error).toBeInstanceOf(LabError)
      expect(error).toMatchObject({
        code: 'run/not-found',
        message: 'No such run',
        issues: [{ path: ['runs', 0], message: 'not there' }],
      })
    })

    it('calls a bug internal and keeps its message', async () => {
      const { api } = await connect()
      expect(await rejection(api.fail({ how: 'bug' }))).toMatchObject({ code: 'internal', message: 'of undefined' })
    })

    it('rejects a call whose value is not data, and goes on', async () => {
      const { api } = await connect()
      expect(await rejection(api.fail({ how: 'unsendable' }))).toMatchObject({ code: 'internal' })
      expect(await api.echo({ value: 1 })).toBe(1)
    })

    it('rejects an argument that the schema rejects, with its path', async () => {
      const { api } = await connect()
      const error = await rejection(api.announce({ count: 0 }))
      expect(error).toMatchObject({ code: 'argument/invalid', issues: [{ path: ['count'] }] })
      expect(await rejection(api.nothing({ extra: 1 } as never))).toMatchObject({
        code: 'argument/invalid',
        issues: [{ path: ['extra'], message: 'unknown key' }],
      })
      expect(await rejection(api.echo(undefined as never))).toMatchObject({ code: 'argument/invalid' })
    })

    it.each(['secret', 'missing', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '$close', '$functions'])(
      'does not let %s be called',
      async (method) => {
        const { api, implementation } = await connect()
        const methods = api as unknown as Record<string, (argument: object) => Promise<unknown>>
        expect(await rejection(methods[method]!({}))).toMatchObject({ code: 'argument/invalid' })
        expect(implementation.calls).toEqual([])
      },
    )

    it('tells the client of events, in order', async () => {
      const { api } = await connect()
      await api.announce({ count: 50 })
      // The answer to a later call comes after the events posted before it.
      await api.nothing({})
      expect(events.map((event) => event.index)).toEqual(Array.from({ length: 50 }, (_, i) => i))
      expect(events[3]!.values).toEqual(Float32Array.of(3, 0.5))
    })

    it('drops messages that are none and goes on', async () => {
      const { api } = await connect()
      for (const message of [
        null,
        7,
        'text',
        [],
        {},
        { t: 'q' },
        { t: 'q', m: 'echo', a: 'x' },
        { t: 's', i: 'nobody' },
      ])
        pair!.client.post(message)
      expect(await api.echo({ value: 'still here' })).toBe('still here')
    })

    it('rejects what waits, and every later call, when the connection closes', async () => {
      const { api, close } = await connect()
      const waiting = rejection(api.wait({ name: 'never' }))
      await api.nothing({})
      await close()
      expect(await waiting).toMatchObject({ code: 'lab/closed' })
      expect(await rejection(api.nothing({}))).toMatchObject({ code: 'lab/closed' })
    })

    it('forgets events and answers for a connection that closed', async () => {
      const { api, implementation, close } = await connect()
      const waiting = rejection(api.wait({ name: 'late' }))
      await api.nothing({})
      await close()
      await waiting
      implementation.client!.onEvent({ index: 0, values: new Float32Array(1) })
      await implementation.release({ name: 'late' })
      expect(events).toEqual([])
    })
  })
}
