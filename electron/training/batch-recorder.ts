/** What the engine reports, gathered into batches for the store at a steady pace, however short the pieces of training are. */
import { layerSeriesName } from '../../shared/experiments/run-spec'
import type { RunBatch, SeriesBatch } from '../../shared/api/store-api'
import type { TrainProgress } from '../engines/engine'

export type BatchContent = Omit<RunBatch, 'runId' | 'durationMs'>

export class BatchRecorder {
  #parts: SeriesBatch[] = []
  #frames: RunBatch['frames'] = []
  #steps: number
  #epochs: number
  #sentAt = -Infinity
  #timer: NodeJS.Timeout | undefined

  /** @param from - where the run begins or goes on; @param everyMs - shortest time between two batches */
  constructor(
    from: { step: number; epoch: number },
    private readonly everyMs: number,
    private readonly send: (batch: BatchContent) => void,
  ) {
    this.#steps = from.step
    this.#epochs = from.epoch
  }

  /** A report of ordinary training. */
  add(progress: TrainProgress): void {
    this.#steps = progress.step
    this.#epochs = progress.epoch
    this.#parts.push(...seriesBatches(progress))
    this.#frames.push(...progress.probes)
    this.#schedule()
  }

  /** Points outside of the engine's reports, no earlier than those before. */
  addPoints(batch: SeriesBatch): void {
    this.#parts.push(batch)
    this.#schedule()
  }

  addFrame(frame: RunBatch['frames'][number]): void {
    this.#frames.push(frame)
    this.#schedule()
  }

  /** Sends what there is now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#parts.length === 0 && this.#frames.length === 0) return
    const batch = { steps: this.#steps, epochs: this.#epochs, series: joined(this.#parts), frames: this.#frames }
    this.#parts = []
    this.#frames = []
    this.#sentAt = performance.now()
    this.send(batch)
  }

  #schedule(): void {
    const wait = this.#sentAt + this.everyMs - performance.now()
    if (wait <= 0) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), wait)
  }
}

/** Empty series are left out, and so is the accuracy of what has no classes. */
function seriesBatches(progress: TrainProgress): SeriesBatch[] {
  const { firstStep, epochSteps, testSteps } = progress
  const hasClasses = progress.trainAccuracy.some((share) => !Number.isNaN(share))
  const testHasClasses = progress.testAccuracy.some((share) => !Number.isNaN(share))
  const batches: SeriesBatch[] = [
    { name: 'batchLoss', firstStep, values: progress.batchLoss },
    { name: 'gradientNorm', firstStep, values: progress.gradientNorm },
    ...layerBatches(progress),
    { name: 'trainLoss', steps: epochSteps, values: progress.trainLoss },
    { name: 'testLoss', steps: testSteps, values: progress.testLoss },
  ]
  if (hasClasses) batches.push({ name: 'trainAccuracy', steps: epochSteps, values: progress.trainAccuracy })
  if (testHasClasses) batches.push({ name: 'testAccuracy', steps: testSteps, values: progress.testAccuracy })
  return batches.filter((batch) => batch.values.length > 0)
}

/** [steps, layers] as a series for each layer. */
function layerBatches({ firstStep, batchLoss, layerGradientNorm }: TrainProgress): SeriesBatch[] {
  const steps = batchLoss.length
  if (layerGradientNorm === undefined || steps === 0) return []
  const layers = layerGradientNorm.length / steps
  return Array.from({ length: layers }, (_, layer) => {
    const values = new Float32Array(steps)
    for (let i = 0; i < steps; i++) values[i] = layerGradientNorm[i * layers + layer]!
    return { name: layerSeriesName(layer), firstStep, values }
  })
}

/** One batch for each series, in the order they first came. */
function joined(parts: readonly SeriesBatch[]): SeriesBatch[] {
  const byName = new Map<string, SeriesBatch[]>()
  for (const part of parts) {
    const ofName = byName.get(part.name)
    if (ofName) ofName.push(part)
    else byName.set(part.name, [part])
  }
  return [...byName.values()].map((ofName) => (ofName.length === 1 ? ofName[0]! : join(ofName)))
}

function join(parts: readonly SeriesBatch[]): SeriesBatch {
  const [{ name, firstStep, steps, values }] = parts as [SeriesBatch]
  const length = parts.reduce((sum, part) => sum + part.values.length, 0)
  const all = values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
  const allSteps = steps && new Float64Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part.values, at)
    if (part.steps) allSteps?.set(part.steps, at)
    at += part.values.length
  }
  return { name, ...(allSteps ? { steps: allSteps } : { firstStep }), values: all }
}
