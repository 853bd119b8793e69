/**
 * Checks a batch against what its run has recorded, before anything of it is kept. Lost or repeated batches are errors of the program,
 * so these are plain Errors.
 */
import type { SeriesName } from '../../shared/experiments/run-spec'
import type { FrameInfo } from '../../shared/api/records'
import type { RunBatch, SeriesBatch } from '../../shared/api/store-api'

/** Where a series ends. */
export interface SeriesEnd {
  regular: boolean
  lastStep: number
}

/** What a run has recorded so far. */
export interface RunEnd {
  steps: number
  epochs: number
  series: ReadonlyMap<SeriesName, SeriesEnd>
  lastFrame: FrameInfo | null
}

/** @returns where each series of the batch ends after it. @throws Error naming the run, the series and the steps. */
export function checkBatch(batch: RunBatch, before: RunEnd): Map<SeriesName, SeriesEnd> {
  const run = `Run ${batch.runId}`
  if (batch.steps < before.steps || batch.epochs < before.epochs) {
    throw new Error(`${run} is at step ${before.steps}, a batch cannot take it back to step ${batch.steps}`)
  }
  const ends = new Map<SeriesName, SeriesEnd>()
  for (const series of batch.series) {
    if (series.values.length === 0) continue
    const end = ends.get(series.name) ?? before.series.get(series.name)
    ends.set(series.name, endAfter(series, end, `${run}, series ${series.name}`))
  }
  let last = before.lastFrame
  for (const frame of batch.frames) {
    if (last !== null && (frame.step <= last.step || frame.epoch < last.epoch)) {
      throw new Error(`${run}: a frame of step ${frame.step} cannot follow the one of step ${last.step}`)
    }
    last = frame
  }
  return ends
}

function endAfter(batch: SeriesBatch, before: SeriesEnd | undefined, where: string): SeriesEnd {
  const { steps, firstStep, values } = batch
  if ((steps === undefined) === (firstStep === undefined)) throw new Error(`${where}: give either steps or firstStep`)
  const regular = steps === undefined
  if (before !== undefined && before.regular !== regular) {
    throw new Error(`${where}: regular and irregular steps cannot be mixed`)
  }
  if (firstStep !== undefined) {
    checkFirstStep(firstStep, before, where)
    return { regular, lastStep: firstStep + values.length - 1 }
  }
  return { regular, lastStep: checkSteps(steps ?? new Float64Array(0), values.length, before, where) }
}

function checkFirstStep(firstStep: number, before: SeriesEnd | undefined, where: string): void {
  if (!Number.isSafeInteger(firstStep)) throw new Error(`${where}: ${firstStep} is not a step`)
  if (before === undefined || firstStep === before.lastStep + 1) return
  throw new Error(`${where} ends at step ${before.lastStep}, so points must go on at the next, not at ${firstStep}`)
}

function checkSteps(steps: Float64Array, count: number, before: SeriesEnd | undefined, where: string): number {
  if (steps.length !== count) throw new Error(`${where}: ${steps.length} steps do not go with ${count} values`)
  let last = before?.lastStep ?? -Infinity
  for (const step of steps) {
    if (!(step > last) || step === Infinity) throw new Error(`${where}: step ${step} cannot follow step ${last}`)
    last = step
  }
  return last
}
