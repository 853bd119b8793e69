/**
 * A connection that comes back: opens a transport, speaks the contract over it, and when it closes tries again with growing pauses.
 * Calls made before the first connection wait for it; calls made while it is lost reject with `lab/closed`.
 */
import { LabError } from '../../shared/api/errors'
import type { LabApi, LabClientApi, LabEvent } from '../../shared/api/lab-api'
import { connectContract } from '../../shared/api/rpc'
import { channelOf, type Transport } from './transport'

export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface LabConnection {
  /** Every method of the lab. */
  lab: LabApi
  readonly state: ConnectionState
  /** When the next attempt is due (Date.now() based); null while open or trying. */
  readonly retryAt: number | null
  /** Does not wait for the pause to end. */
  retryNow(): void
  close(): void
}

export interface LabConnectionOptions {
  open: () => Promise<Transport>
  onEvent: (event: LabEvent) => void
  onState: (state: ConnectionState, retryAt: number | null) => void
}

const firstPauseMs = 500
const longestPauseMs = 10_000

export function connectLab({ open, onEvent, onState }: LabConnectionOptions): LabConnection {
  let state: ConnectionState = 'connecting'
  let retryAt: number | null = null
  let pauseMs = firstPauseMs
  let timer: ReturnType<typeof setTimeout> | undefined
  let api: LabApi | undefined
  let transport: Transport | undefined
  let closed = false
  let everOpen = (_: void): void => undefined
  const firstOpen = new Promise<void>((resolve) => (everOpen = resolve))

  function change(next: ConnectionState, due: number | null = null) {
    state = next
    retryAt = due
    onState(state, retryAt)
  }

  function retryLater(next: ConnectionState) {
    api = undefined
    if (closed) return
    change(next, Date.now() + pauseMs)
    timer = setTimeout(() => void attempt(), pauseMs)
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
  }

  async function attempt() {
    clearTimeout(timer)
    change(state)
    try {
      transport = await open()
    } catch {
      return retryLater(state)
    }
    if (closed) return transport.close()
    transport.onClose(() => retryLater('lost'))
    api = connectContract<LabApi, LabClientApi>(channelOf(transport), { onLabEvent: onEvent })
    pauseMs = firstPauseMs
    change('open')
    everOpen()
  }

  const lab = new Proxy({} as LabApi, {
    get: (_, name) => {
      if (typeof name !== 'string' || name === 'then') return undefined
      return async (argument: unknown) => {
        if (state === 'connecting') await firstOpen
        if (!api) throw new LabError('lab/closed', 'The connection to the lab is lost')
        return (api[name as keyof LabApi] as (argument: unknown) => Promise<unknown>)(argument)
      }
    },
  })

  void attempt()
  return {
    lab,
    get state() {
      return state
    },
    get retryAt() {
      return retryAt
    },
    retryNow: () => void (retryAt !== null && attempt()),
    close() {
      closed = true
      clearTimeout(timer)
      transport?.close()
    },
  }
}
