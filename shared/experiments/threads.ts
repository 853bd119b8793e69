/** How many threads a run's steps are worth. */
import { flopsPerSample } from '../models/model'
import type { RunSpec } from './run-spec'

/** Below so many multiplications and additions a step, threads wait for each other longer than they compute. */
const worthSharing = 20e6

/** Full batches go through the network in chunks of about this many samples. */
const chunk = 512

/** @param available - cores that nobody else uses */
export function threadsFor({ model, batchSize }: Pick<RunSpec, 'model' | 'batchSize'>, available: number): number {
  const samples = batchSize === 'full' ? chunk : Math.min(batchSize, chunk)
  return flopsPerSample(model) * samples < worthSharing ? 1 : available
}
