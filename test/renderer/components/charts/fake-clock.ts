/** A clock that moves when a test says so: timers and frames run in their order. */
import type { PacerClock } from '../../../../renderer/components/charts/frame-pacer'

export class FakeClock implements PacerClock {
  private time = 0
  private waiting: { at: number; callback: () => void }[] = []
  /** Frames come only while the window is seen. */
  visible = true
  private frames: (() => void)[] = []

  now(): number {
    return this.time
  }

  afterMs(callback: () => void, delayMs: number): () => void {
    const entry = { at: this.time + delayMs, callback }
    this.waiting.push(entry)
    return () => void (this.waiting = this.waiting.filter((other) => other !== entry))
  }

  beforePaint(callback: () => void): () => void {
    this.frames.push(callback)
    return () => void (this.frames = this.frames.filter((other) => other !== callback))
  }

  /** Goes on by a frame of 10 ms at a time, letting promises settle in between. */
  async pass(durationMs: number): Promise<void> {
    const end = this.time + durationMs
    while (this.time < end) {
      this.time += 10
      const due = this.waiting.filter((entry) => entry.at <= this.time)
      this.waiting = this.waiting.filter((entry) => entry.at > this.time)
      due.forEach((entry) => entry.callback())
      if (this.visible) this.frames.splice(0).forEach((callback) => callback())
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
