/** The contract suite in memory: as values, and as the bytes that the other transports carry. */
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../shared/api/codec'
import { connectContract, serveContract, type Channel } from '../../../shared/api/rpc'
import { rpcSuite, type ChannelPair } from './rpc-suite'

function memoryPair(carry: (message: unknown) => unknown): ChannelPair {
  const listeners = [[], []] as ((message: unknown) => void)[][]
  const closers: (() => void)[] = []
  let open = true
  const end = (own: number): Channel => ({
    post(message) {
      if (!open) throw new Error('the channel is closed')
      const carried = carry(message)
      queueMicrotask(() => open && listeners[1 - own]!.forEach((listener) => listener(carried)))
    },
    on: (listener) => void listeners[own]!.push(listener),
    onClose: (listener) => void closers.push(listener),
  })
  return {
    server: end(0),
    client: end(1),
    close() {
      if (!open) return
      open = false
      closers.forEach((closer) => closer())
    },
  }
}

rpcSuite('memory', () => memoryPair((message) => structuredClone(message)))
rpcSuite('encoded memory', () => memoryPair((message) => decode(encode(message))))

describe('a trusted contract', () => {
  it('passes arguments as they are and still hides other methods', async () => {
    const { server, client } = memoryPair((message) => structuredClone(message))
    const implementation = { add: async ({ a, b }: { a: number; b: number }) => a + b, hidden: async () => 'seen' }
    serveContract<Pick<typeof implementation, 'add'>, object>(server, implementation, { add: 'trusted' })
    const api = connectContract<typeof implementation, object>(client, {})
    expect(await api.add({ a: 1, b: 2 })).toBe(3)
    await expect(api.hidden()).rejects.toMatchObject({ code: 'argument/invalid' })
  })
})
