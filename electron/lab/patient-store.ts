/**
 * A store that cannot write for a while. What has to reach it (a run's status, weights, results) is called one after the other, in order, and
 * waits while the disk takes nothing; it is tried again until it does. Who may start what meanwhile is left to others, who hear of it.
 */
import { errorMessage, fromPlainError, isLabError, LabError, type PlainError } from '../../shared/api/errors'
import type { StoreProblem } from '../../shared/api/lab-api'
import type { StoreApi } from '../../shared/api/store-api'
import { formatDate } from '../../shared/text/format'

/** What waits rather than fails. Everything else fails at once: a person asked for it, who can do something about it. */
const waitingMethods = new Set<keyof StoreApi>([
  'updateRun',
  'setRunStatus',
  'resetRuns',
  'requeueRuns',
  'rewindRun',
  'requeueInterrupted',
  'orderQueue',
  'saveSnapshot',
  'saveCheckpoint',
  'resetAnalyses',
  'updateAnalysis',
  'saveResult',
])

/** What is not even tried meanwhile: runs that could not be recorded must not begin because these few bytes still fit. */
const refusedMethods = new Set<keyof StoreApi>(['createExperiment', 'saveStartFile'])

/** How often a disk that takes nothing is tried again. */
const tryEveryMs = 1000

interface Call {
  make(): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

type Method = (argument: unknown) => Promise<unknown>

export class PatientStore {
  /** The store, with the patience. */
  readonly api: StoreApi
  readonly #calls: Call[] = []
  #problem: StoreProblem | null = null
  /** Of calls of a person that wait. */
  readonly #askers = new Set<() => void>()
  #damage: StoreProblem | null = null
  #isSending = false
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /**
   * @param onChange - the store cannot write, or can again
   * @param onDamage - something in it is not what was stored; told once
   */
  constructor(
    private readonly store: StoreApi,
    private readonly onChange: (problem: StoreProblem | null) => void,
    private readonly onDamage: (problem: StoreProblem) => void = () => undefined,
    private readonly everyMs = tryEveryMs,
  ) {
    this.api = new Proxy(store, {
      get: (target, name) => {
        if (name === 'then') return undefined
        const method = (argument: unknown) => (target[name as keyof StoreApi] as Method).call(target, argument)
        return waitingMethods.has(name as keyof StoreApi)
          ? (argument: unknown) => this.#line(() => method(argument))
          : (argument: unknown) => this.#watched(() => method(argument), refusedMethods.has(name as keyof StoreApi))
      },
    })
  }

  /** Why nothing can be written right now; null: it can. */
  get problem(): StoreProblem | null {
    return this.#problem
  }

  /** It was found unable to write: `store/unwritable`, or for good: `store/damaged`. */
  begin(problem: PlainError): void {
    this.#hold(fromPlainError(problem))
  }

  /** What was found damaged since it was opened: what trains is still recorded, and nothing else may begin. */
  get damage(): StoreProblem | null {
    return this.#damage
  }

  /** @throws LabError `store/unwritable` while nothing can be written, `store/damaged` where nothing may be begun or changed any more */
  check(): void {
    if (this.#damage !== null) throw new LabError(this.#damage.code, this.#damage.message)
    if (this.#problem === null) return
    const { code, message } = this.#problem
    throw new LabError(code, this.#lasts ? message : `${message} Everything goes on by itself once it can be.`)
  }

  /**
   * Does what a person asked for, who does not wait for the disk: they get their answer when it turns out to take nothing. What waits then
   * is done once it can be. @throws LabError `store/unwritable`, `store/damaged`
   */
  async answered<T>(ask: () => Promise<T>): Promise<T> {
    this.check()
    const work = ask()
    const held = new Promise<never>((_resolve, reject) => {
      const tell = () => {
        const { code, message } = this.#problem!
        reject(new LabError(code, this.#lasts ? message : `${message} What was asked for is done once it can be.`))
      }
      this.#askers.add(tell)
      void work.finally(() => this.#askers.delete(tell)).catch(() => undefined)
    })
    return Promise.race([work, held])
  }

  /** What is damaged stays so: nothing waits for it. */
  get #lasts(): boolean {
    return this.#problem?.code === 'store/damaged'
  }

  /** What waits is tried once more. Then nothing waits any longer: what cannot be written now is not written. */
  async giveUp(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#problem !== null && !this.#lasts) await this.#tryAgain()
    this.#closed = true
    clearTimeout(this.#timer)
    this.#rejectAll()
  }

  #rejectAll(): void {
    if (this.#problem === null) return
    const { code, message } = this.#problem
    for (const call of this.#calls.splice(0)) call.reject(new LabError(code, message))
  }

  /** Closes the store. @throws LabError `store/unwritable` saying what was lost, when it could not write at the end */
  async close(): Promise<void> {
    const failure: unknown = await this.store.close({}).catch((error: unknown) => error)
    if (failure !== undefined && !isLabError(failure, 'store/unwritable')) throw failure
    const problem =
      this.#problem ?? (failure === undefined ? null : { message: errorMessage(failure), since: Date.now() })
    if (problem === null || this.#lasts) return
    throw new LabError(
      'store/unwritable',
      `${problem.message} What was recorded since ${formatDate(problem.since)} was not written. With the next start, runs go on from what was kept of them.`,
    )
  }

  #line(make: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#lasts) this.check()
      this.#calls.push({ make, resolve, reject })
      if (this.#problem === null || this.#closed) void this.#send()
    })
  }

  /** Makes the calls that wait. @returns whether all of them were made */
  async #send(): Promise<boolean> {
    if (this.#isSending) return false
    this.#isSending = true
    try {
      for (let call = this.#calls[0]; call; call = this.#calls[0]) if (!(await this.#make(call))) return false
      return true
    } finally {
      this.#isSending = false
    }
  }

  /** @returns false: the call goes on waiting */
  async #make(call: Call): Promise<boolean> {
    try {
      call.resolve(await call.make())
    } catch (error) {
      this.#note(error)
      if (isLabError(error, 'store/unwritable') && !this.#closed) return false
      call.reject(error)
    }
    // Unless it was given up meanwhile.
    if (this.#calls[0] === call) this.#calls.shift()
    return true
  }

  async #watched(make: () => Promise<unknown>, isRefused: boolean): Promise<unknown> {
    if (isRefused) this.check()
    try {
      return await make()
    } catch (error) {
      this.#note(error)
      throw error
    }
  }

  #note(error: unknown): void {
    if (isLabError(error, 'store/unwritable') && this.#problem === null) this.#hold(error)
    if (isLabError(error, 'store/damaged') && this.#problem === null && this.#damage === null) {
      this.#damage = { code: error.code, message: error.message, since: Date.now() }
      this.onDamage(this.#damage)
    }
  }

  #hold({ code, message }: LabError): void {
    this.#problem = { code, message, since: Date.now() }
    if (this.#closed) return
    if (this.#lasts) this.#rejectAll()
    else this.#later()
    this.onChange(this.#problem)
    for (const tell of this.#askers) tell()
  }

  #later(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#tryAgain(), this.everyMs)
  }

  /** It is over when everything that waits has been written, not when one byte could be. */
  async #tryAgain(): Promise<void> {
    const failure = await this.store.flush({}).then(
      () => null,
      (error: unknown) => error,
    )
    if (this.#closed) return
    // Whatever else is wrong is told to each call that waits.
    const isWritten = !isLabError(failure, 'store/unwritable')
    if (isLabError(failure, 'store/damaged')) return this.#hold(failure)
    if (!isWritten || !(await this.#send())) return this.#later()
    this.#problem = null
    this.onChange(null)
  }
}
