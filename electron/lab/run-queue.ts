/** Runs in the order in which they will start. */
import type { RunId } from '../../shared/api/ids'

export interface QueuedRun {
  runId: RunId
}

export class RunQueue<Run extends QueuedRun> {
  #runs: Run[] = []

  /** First to last. */
  get all(): readonly Run[] {
    return this.#runs
  }

  has(run: Run): boolean {
    return this.#runs.includes(run)
  }

  /** At the end. */
  add(run: Run): void {
    this.#runs.push(run)
  }

  remove(...runs: Run[]): void {
    const gone = new Set(runs)
    this.#runs = this.#runs.filter((run) => !gone.has(run))
  }

  takeFirst(may: (run: Run) => boolean): Run | undefined {
    const run = this.#runs.find(may)
    if (run) this.remove(run)
    return run
  }

  /** To an end of the queue; among themselves they keep the order they have. */
  move(runs: readonly Run[], to: 'front' | 'back'): void {
    const moves = new Set(runs)
    const moved = this.#runs.filter((run) => moves.has(run))
    const others = this.#runs.filter((run) => !moves.has(run))
    this.#runs = to === 'front' ? [...moved, ...others] : [...others, ...moved]
  }

  /** By a list of all of them; what is not in it stays at the end. */
  arrange(order: readonly RunId[]): void {
    const places = new Map(order.map((runId, place) => [runId, place]))
    const placeOf = ({ runId }: Run) => places.get(runId) ?? order.length
    this.#runs.sort((one, other) => placeOf(one) - placeOf(other))
  }
}
