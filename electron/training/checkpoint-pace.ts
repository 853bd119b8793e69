/** When the state of a training is kept: when somebody asks, and now and then, seldom enough that it costs less than a hundredth of the time. */
import type { Checkpoint } from '../../shared/api/store-api'

/** A kill takes half a minute of work, or as much as a hundred of its checkpoints take. */
export const checkpointEveryMs = 30_000
const leastShare = 100

export class CheckpointPace {
  #isOpen = false
  #isDue = false
  #lastStep: number
  #beganAt = 0
  #timer: NodeJS.Timeout | undefined
  #waiting: (() => void)[] = []

  /**
   * @param fromStep - where training begins, which needs no checkpoint
   * @param hold - one is due: training should come to `keep` soon
   */
  constructor(
    fromStep: number,
    private readonly everyMs: number,
    private readonly hold: () => void,
    private readonly send: (checkpoint: Checkpoint) => void,
  ) {
    this.#lastStep = fromStep
  }

  begin(): void {
    this.#isOpen = true
    this.#schedule(this.everyMs)
  }

  /** Resolves when one is on its way that is not older than this call, or there will be none. */
  async ask(): Promise<void> {
    if (!this.#isOpen) return
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#require()
    await done
  }

  /** Training stands between two steps. @param make - what there is to keep; undefined: it cannot be */
  keep(step: number, make: () => Checkpoint | undefined): void {
    if (!this.#isDue) return
    this.#isDue = false
    const beganAt = performance.now()
    const checkpoint = step === this.#lastStep ? undefined : make()
    if (checkpoint) {
      this.#lastStep = step
      this.#beganAt = beganAt
      this.send(checkpoint)
    } else {
      this.#schedule(this.everyMs)
    }
    this.#release()
  }

  /** The lab has done with the last one. */
  stored(): void {
    this.#schedule(Math.max(this.everyMs, leastShare * (performance.now() - this.#beganAt)))
  }

  /** From now on there is nothing to keep. */
  end(): void {
    this.#isOpen = false
    clearTimeout(this.#timer)
    this.#release()
  }

  #require(): void {
    this.#isDue = true
    this.hold()
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#isOpen) this.#timer = setTimeout(() => this.#require(), ms)
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
