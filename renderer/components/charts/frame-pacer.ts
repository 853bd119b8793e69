/**
 * Does work again and again, but never more often than a minimum interval, never twice at once, and only when the screen is about to be
 * drawn. Requests in between fold into one. A hidden window draws nothing, so nothing is done for it.
 */

/** Eight times a second: smooth enough to see a network learn, slow enough to leave the processor to it. */
export const drawIntervalMs = 120

export interface PacerClock {
  now(): number
  /** Each returns what cancels it. */
  afterMs(callback: () => void, delayMs: number): () => void
  beforePaint(callback: () => void): () => void
}

export const browserClock: PacerClock = {
  now: () => performance.now(),
  afterMs(callback, delayMs) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
  beforePaint(callback) {
    const frame = requestAnimationFrame(callback)
    return () => cancelAnimationFrame(frame)
  },
}

export class FramePacer {
  private state: 'idle' | 'scheduled' | 'working' | 'disposed' = 'idle'
  private askedAgain = false
  private lastStart = -Infinity
  private cancelScheduled = () => {}

  /** @param work must handle its own errors. */
  constructor(
    private readonly work: () => void | Promise<void>,
    private readonly intervalMs = drawIntervalMs,
    private readonly clock: PacerClock = browserClock,
  ) {}

  /** Asks for the work to be done soon. */
  request(): void {
    if (this.state === 'working') this.askedAgain = true
    if (this.state !== 'idle') return
    this.state = 'scheduled'
    const waitMs = this.lastStart + this.intervalMs - this.clock.now()
    if (waitMs <= 0) this.schedulePaint()
    else this.cancelScheduled = this.clock.afterMs(() => this.schedulePaint(), waitMs)
  }

  dispose(): void {
    this.state = 'disposed'
    this.cancelScheduled()
  }

  private schedulePaint(): void {
    this.cancelScheduled = this.clock.beforePaint(() => void this.start())
  }

  private async start(): Promise<void> {
    this.state = 'working'
    this.askedAgain = false
    this.lastStart = this.clock.now()
    try {
      await this.work()
    } finally {
      this.finish()
    }
  }

  private finish(): void {
    if (this.state !== 'working') return
    this.state = 'idle'
    if (this.askedAgain) this.request()
  }
}
