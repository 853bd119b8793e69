/**
 * The points of one series in memory, growing at the end: the tail that a run is recording and what the reader has decoded.
 * Steps are regular (first, first + 1, ...) and then cost nothing, or are kept one by one.
 */
import type { Floats } from './codec'

/** A stretch of points; `steps` null: regular from `firstStep` on. */
export interface Stretch {
  firstStep: number
  steps: Float64Array | null
  values: Floats
}

const firstCapacity = 256

export class Points {
  /** Number of points. */
  count = 0
  private firstStep = 0
  private values: Floats = new Float32Array(0)
  private steps: Float64Array | null

  constructor(readonly regular: boolean) {
    this.steps = regular ? null : new Float64Array(0)
  }

  get byteLength(): number {
    return this.values.byteLength + (this.steps?.byteLength ?? 0)
  }

  /** Makes room for so many points in all, to the point. */
  reserve(capacity: number): void {
    if (capacity > this.values.length) this.reallocate(capacity, this.values instanceof Float64Array)
  }

  /** Copies a stretch that follows what is there. Float32 turns into Float64 for good, without loss, once a Float64 comes. */
  append(stretch: Stretch): void {
    const { values, steps, firstStep } = stretch
    const end = this.count + values.length
    const isDouble = values instanceof Float64Array || this.values instanceof Float64Array
    if (end > this.values.length) this.reallocate(Math.max(end, firstCapacity, 2 * this.values.length), isDouble)
    else if (isDouble !== this.values instanceof Float64Array) this.reallocate(this.values.length, isDouble)
    this.values.set(values, this.count)
    if (this.steps !== null && steps !== null) this.steps.set(steps, this.count)
    if (this.count === 0) this.firstStep = firstStep
    this.count = end
  }

  /** Points [from, to) as views, valid until the next change. */
  stretch(from: number, to: number): Stretch {
    const steps = this.steps?.subarray(from, to) ?? null
    return { firstStep: this.stepAt(from), steps, values: this.values.subarray(from, to) }
  }

  stepAt(index: number): number {
    return this.steps === null ? this.firstStep + index : (this.steps[index] ?? NaN)
  }

  /** Index of the first point at or after a step; `count` when there is none. */
  indexOf(step: number): number {
    if (this.steps === null) return Math.min(Math.max(Math.ceil(step - this.firstStep), 0), this.count)
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.steps[middle] as number) < step) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Forgets the first points. */
  dropFirst(dropped: number): void {
    this.firstStep += dropped
    this.values.copyWithin(0, dropped, this.count)
    this.steps?.copyWithin(0, dropped, this.count)
    this.count -= dropped
  }

  private reallocate(capacity: number, isDouble: boolean): void {
    const values = isDouble ? new Float64Array(capacity) : new Float32Array(capacity)
    values.set(this.values.subarray(0, this.count))
    this.values = values
    if (this.steps === null) return
    const steps = new Float64Array(capacity)
    steps.set(this.steps.subarray(0, this.count))
    this.steps = steps
  }
}
