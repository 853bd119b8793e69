/** Work of one kind in the order it was asked for, each only when the one before is over. */
import { LabError } from '../../shared/api/errors'

export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  /** @param before is waited for before each, such as for the last result to have left */
  constructor(private readonly before: () => unknown = () => undefined) {}

  /** @throws LabError `lab/closed` for what has not begun when it is closed */
  run<T>(work: () => Promise<T>): Promise<T> {
    const own = this.#last.then(async () => {
      if (!this.#closed) await this.before()
      if (this.#closed) throw new LabError('lab/closed', 'The connection to the lab is closed')
      return work()
    })
    this.#last = own.catch(() => undefined)
    return own
  }

  /** What waits is not begun. */
  close(): void {
    this.#closed = true
  }
}
