/** Many small trainings at once: each session trains on one thread of its own, so many at a time, and shares nothing that changes. */
import { coreCount } from '../host/cores'
import type { EngineSession, TrainOptions, TrainProgress, TrainResult } from './engine'

export interface TrainJob {
  session: EngineSession
  options: TrainOptions
}

export interface TrainManyOptions {
  /** Trainings at a time; default: one for each core. */
  threads?: number
  onProgress?: (job: number, progress: TrainProgress) => void
}

/** How one job ended: a job that fails leaves the others alone. */
export type TrainManyResult = TrainResult | { reason: 'failed'; error: unknown }

/**
 * Results in the order of the jobs; each job's numbers are those of training it alone. Stopping a job's session ends that job alone;
 * one that has not begun then trains all the same.
 */
export async function trainMany(
  jobs: readonly TrainJob[],
  { threads = coreCount(), onProgress }: TrainManyOptions = {},
): Promise<TrainManyResult[]> {
  const results = new Array<TrainManyResult>(jobs.length)
  let next = 0
  const takeTurns = async () => {
    for (let job = next++; job < jobs.length; job = next++) {
      const { session, options } = jobs[job]!
      const index = job
      try {
        results[index] = await session.train(options, (progress) => onProgress?.(index, progress))
      } catch (error) {
        results[index] = { reason: 'failed', error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, jobs.length)) }, takeTurns))
  return results
}
