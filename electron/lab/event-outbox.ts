/**
 * The lab's events to one client. One that does not keep up is told the last of each kind once it has taken what it was sent before:
 * events say what changed, so the last one says it all, and what waits is bounded.
 */
import type { LabEvent } from '../../shared/api/lab-api'

export class EventOutbox {
  readonly #waiting = new Map<string, LabEvent>()

  /**
   * @param send reaches the client
   * @param drained resolves when it has taken what it was sent; undefined when it has
   */
  constructor(
    private readonly send: (event: LabEvent) => void,
    private readonly drained: () => Promise<void> | undefined,
  ) {}

  tell(event: LabEvent): void {
    if (this.#waiting.size > 0) return this.#keep(event)
    const drained = this.drained()
    if (!drained) return this.send(event)
    this.#keep(event)
    void drained.then(() => this.#tellWaiting())
  }

  /** Nobody is there any more. */
  close(): void {
    this.#waiting.clear()
  }

  #tellWaiting(): void {
    const events = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const event of events) this.send(event)
  }

  /** The last one of its kind, in the place of the first. */
  #keep(event: LabEvent): void {
    this.#waiting.set(keyOf(event), event)
  }
}

function keyOf(event: LabEvent): string {
  if (event.type === 'experiment-changed') return `${event.type} ${event.experimentId}`
  if (event.type === 'progress') return `${event.type} ${event.progress.experimentId}`
  return event.type
}
