/** Remembers how a worker ended and tells everyone who asks, before or after. */
import type { WorkerExit } from './worker-host'

export class ExitSignal {
  #exit: WorkerExit | undefined
  readonly #listeners: ((how: WorkerExit) => void)[] = []

  set(how: WorkerExit): void {
    if (this.#exit) return
    this.#exit = how
    for (const listener of this.#listeners) listener(how)
  }

  listen(listener: (how: WorkerExit) => void): void {
    if (this.#exit) listener(this.#exit)
    else this.#listeners.push(listener)
  }
}
