/** Weights on their way to the lab: as many at a time as it can store, so that they never pile up here. */
import type { Snapshot } from '../../shared/api/store-api'

/** Under way at the same time: one that is stored, one that travels. */
const most = 2

export class SnapshotStream {
  #underWay = 0
  #wake: (() => void) | undefined

  constructor(private readonly post: (snapshot: Snapshot) => void) {}

  /** Resolves when there is room for the next one, or training is to stop. */
  async room(): Promise<void> {
    while (this.#underWay >= most) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  send(snapshot: Snapshot): void {
    this.#underWay++
    this.post(snapshot)
  }

  /** The lab has done with one of those sent. */
  stored(): void {
    this.#underWay--
    this.#wake?.()
  }

  /** Nobody waits any more. */
  release(): void {
    this.#underWay = -Infinity
    this.#wake?.()
  }
}
