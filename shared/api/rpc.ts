/**
 * Contracts over a channel: birpc carries the calls, this file adds what makes them safe. Only named methods can be called, arguments
 * are parsed where they arrive, errors cross as data and come back as LabError, a closed channel rejects what waits.
 * What a channel is made of (IPC, WebSocket, memory) is left to others.
 */
import { createBirpc } from 'birpc'
import type { z } from 'zod'
import { parseOrThrow, type ContractSchemas } from './contract'
import { errorMessage, fromPlainError, LabError, toPlainError, type PlainError } from './errors'

/** One end of a connection that carries plain messages in order. */
export interface Channel {
  /** May throw when the channel is closed. */
  post(message: unknown): void
  /** Called once, at once. */
  on(listener: (message: unknown) => void): void
  /** Called once, at once, by channels that can close before their process does. */
  onClose?(listener: () => void): void
  /**
   * Resolves when the other end has taken what was posted, or is gone; undefined when nothing waits. Absent where the other end is our
   * own process, which takes it at once.
   */
  drained?(): Promise<void> | undefined
}

/** What may be called: a schema for each method, or `trusted` where the one client is our own process. */
export type ServedMethods<Api> = { [Method in keyof Api]: ContractSchemas<Api>[Method] | 'trusted' }

type Reply = { ok: true; value: unknown } | { ok: false; error: PlainError }
type Handler = (argument: unknown) => unknown

/** Messages of birpc: a request has a method and arguments, and a number unless it is an event. */
function isRequest(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  const { t, m, a, i } = message as Record<string, unknown>
  return t === 'q' && typeof m === 'string' && Array.isArray(a) && (i === undefined || typeof i === 'string')
}

/** The number of a call, a request that waits for an answer; undefined for everything else. */
export function callOf(message: unknown): string | undefined {
  return isRequest(message) ? (message as { i?: string }).i : undefined
}

/** The number of the call that a message answers; undefined for everything else. */
export function answeredCallOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { t, i } = message as Record<string, unknown>
  return t === 's' && typeof i === 'string' ? i : undefined
}

/** birpc on a channel, with `handle` for whatever the other side calls. Messages that are not heard are dropped. */
function openRpc(
  channel: Channel,
  hears: (message: unknown) => boolean,
  handle: (method: string, args: unknown[]) => unknown,
  onGeneralError: () => boolean,
) {
  const rpc = createBirpc<Record<string, Handler>, Record<string, never>, false>(
    {},
    {
      proxify: false,
      timeout: -1,
      post: (message: unknown) => channel.post(asData(message)),
      on: (listener) => channel.on((message) => void (hears(message) && listener(message))),
      resolver:
        (method) =>
        (...args: unknown[]) =>
          handle(method, args),
      onGeneralError,
    },
  )
  channel.onClose?.(() => rpc.$close(closedError()))
  return rpc
}

/** Answers hold replies; only one that could not be sent (its value is not data) comes here as an Error. */
function asData(message: unknown): unknown {
  const { t, i, e } = message as { t: string; i: string; e?: unknown }
  return e === undefined ? message : { t, i, r: { ok: false, error: toPlainError(e) } satisfies Reply }
}

function closedError(): LabError {
  return new LabError('lab/closed', 'The connection to the lab is closed')
}

/**
 * Answers calls with an implementation, for as long as the channel is open.
 * @returns what the other end offers: its methods are told, not asked (they return nothing, and nothing when the channel is closed).
 */
export function serveContract<Api extends object, ClientApi extends object>(
  channel: Channel,
  implementation: Api,
  methods: ServedMethods<Api>,
): ClientApi {
  const answer = async (method: string, args: unknown[]): Promise<Reply> => {
    try {
      if (!Object.hasOwn(methods, method)) throw new LabError('argument/invalid', `${method}: no such method`)
      if (args.length > 1) throw new LabError('argument/invalid', `${method}: takes one argument`)
      const name = method as keyof Api
      const schema = methods[name] as z.ZodType | 'trusted'
      const argument = schema === 'trusted' ? args[0] : parseOrThrow(schema, args[0], 'argument/invalid', method)
      return { ok: true, value: await (implementation[name] as Handler)(argument) }
    } catch (error) {
      return { ok: false, error: toPlainError(error) }
    }
  }
  // Whoever waits for no answer could ask without end.
  const isCall = (message: unknown) => callOf(message) !== undefined
  // Only answers fail here: first because of their value, which the client is then told, or because nobody is there any more.
  const rpc = openRpc(channel, isCall, answer, () => true)
  return callable<ClientApi>((method, argument) => {
    if (rpc.$closed) return
    rpc.$callEvent(method, argument).catch(() => undefined)
  })
}

/**
 * The other end of `serveContract`. Every call that cannot be answered rejects with a LabError, `lab/closed` once the channel is.
 * @param client what the server may call. An error thrown there is a bug of the client: it is left unhandled, for its process to report.
 */
export function connectContract<Api extends object, ClientApi extends object>(
  channel: Channel,
  client: ClientApi,
): Api {
  const hear = (method: string, args: unknown[]) => {
    const handler: unknown = Object.hasOwn(client, method) ? client[method as keyof ClientApi] : undefined
    if (typeof handler !== 'function') return
    try {
      handler(args[0])
    } catch (error) {
      void Promise.reject(error)
    }
  }
  const isForUs = (message: unknown) => isRequest(message) || answeredCallOf(message) !== undefined
  const rpc = openRpc(channel, isForUs, hear, () => false)
  return callable<Api>(async (method, argument) => {
    if (rpc.$closed) throw closedError()
    const reply = await rpc.$call(method, argument).catch((error: unknown) => {
      throw error instanceof LabError ? error : new LabError('internal', `${method}: ${errorMessage(error)}`)
    })
    return resultOf(reply)
  })
}

function resultOf(reply: unknown): unknown {
  const { ok, value, error } = reply as { ok?: unknown; value?: unknown; error?: PlainError }
  if (ok === true) return value
  throw fromPlainError(error ?? { name: 'LabError', code: 'internal', message: 'an answer without a result' })
}

/** An object that has every method and is not a promise. */
function callable<Api extends object>(call: (method: string, argument: unknown) => unknown): Api {
  return new Proxy({} as Api, {
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (argument: unknown) => call(name, argument) : undefined,
  })
}
