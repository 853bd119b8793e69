import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabApi, LabClientApi, LabEvent, LabStatus } from '../../../shared/api/lab-api'
import { labSchemas } from '../../../shared/api/lab-api'
import { serveContract } from '../../../shared/api/rpc'
import { connectLab, type ConnectionState } from '../../../renderer/lab/lab-connection'
import type { Transport } from '../../../renderer/lab/transport'
import { labAddress } from '../../../renderer/lab/web-socket-transport'

/** A lab in memory that answers `about` with its number, and can be cut off. */
function openLab(version: string) {
  const listeners = { page: [] as ((message: unknown) => void)[], lab: [] as ((message: unknown) => void)[] }
  const closers: (() => void)[] = []
  let open = true
  const close = () => {
    if (!open) return
    open = false
    closers.forEach((closer) => closer())
  }
  const deliver = (to: ((message: unknown) => void)[], message: unknown) =>
    queueMicrotask(() => open && to.forEach((listener) => listener(structuredClone(message))))
  const implementation = { about: async () => ({ version }) as LabStatus } as unknown as LabApi
  const client = serveContract<LabApi, LabClientApi>(
    {
      post: (message) => deliver(listeners.page, message),
      on: (listener) => void listeners.lab.push(listener),
      onClose: (listener) => void closers.push(listener),
    },
    implementation,
    labSchemas,
  )
  const transport: Transport = {
    send: (message) => deliver(listeners.lab, message),
    onMessage: (listener) => void listeners.page.push(listener),
    onClose: (listener) => void closers.push(listener),
    close,
  }
  return { transport, client, close }
}

describe('the connection to the lab', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function connect(labs: (ReturnType<typeof openLab> | null)[]) {
    const states: ConnectionState[] = []
    const events: LabEvent[] = []
    let opened = 0
    const connection = connectLab({
      open: async () => {
        const next = labs[opened++]
        if (!next) throw new Error('nobody there')
        return next.transport
      },
      onEvent: (event) => void events.push(event),
      onState: (state) => void (states.at(-1) !== state && states.push(state)),
    })
    return { connection, states, events, opened: () => opened }
  }

  it('lets calls made before it is open wait for it', async () => {
    const { connection, states } = connect([null, null, openLab('third')])
    const answer = connection.lab.about({})
    await vi.advanceTimersByTimeAsync(2000)
    expect((await answer).version).toBe('third')
    expect(states).toEqual(['connecting', 'open'])
  })

  it('comes back by itself and says so', async () => {
    const first = openLab('first')
    const { connection, states } = connect([first, null, openLab('second')])
    await vi.advanceTimersByTimeAsync(0)
    first.close()
    await expect(connection.lab.about({})).rejects.toMatchObject({ code: 'lab/closed' })
    await vi.advanceTimersByTimeAsync(2000)
    expect((await connection.lab.about({})).version).toBe('second')
    expect(states).toEqual(['connecting', 'open', 'lost', 'open'])
  })

  it('waits longer after each failure, ten seconds at most, and tries at once when told to', async () => {
    const { connection, opened } = connect([])
    await vi.advanceTimersByTimeAsync(60_000)
    // After 0.5, 1.5, 3.5, 7.5, then 8 and 10 seconds each.
    expect(opened()).toBe(1 + 5 + 4)
    connection.retryNow()
    await vi.advanceTimersByTimeAsync(0)
    expect(opened()).toBe(11)
    connection.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(opened()).toBe(11)
  })

  it('passes events on', async () => {
    const lab = openLab('only')
    const { events } = connect([lab])
    await vi.advanceTimersByTimeAsync(0)
    lab.client.onLabEvent({ type: 'datasets-changed' })
    await vi.advanceTimersByTimeAsync(0)
    expect(events).toEqual([{ type: 'datasets-changed' }])
  })
})

describe('the address of the lab', () => {
  it('is that of the page, as a WebSocket, with the token', () => {
    expect(labAddress('http://127.0.0.1:8787/?x=1#/runs', 'a b+c')).toBe('ws://127.0.0.1:8787/lab?token=a+b%2Bc')
    expect(labAddress('https://lab.example/', null)).toBe('wss://lab.example/lab')
  })
})
