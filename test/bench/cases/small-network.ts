/** The network of 571 parameters: one training, and a hundred at once. */
import { trainMany } from '../../../electron/engines/train-many'
import { denseModel, randomSamples } from '../../native/sessions'
import type { BenchCase } from '../bench-case'
import { openSession, trainOptions, trainSteps } from './training'

export const smallSizes = [1, 5, 10, 10, 10, 10, 10, 5, 1]
export const smallModel = denseModel(smallSizes, 'relu')
export const smallBatch = 128
/** One batch that stays in place, on both sides. */
const samples = () => randomSamples(smallModel, 'mean-squared-error', smallBatch)
/** Shuffled, and each batch fetched: ours alone, for what that costs. */
const moreSamples = () => randomSamples(smallModel, 'mean-squared-error', 10 * smallBatch)
const task = { kind: 'train-in-place', sizes: smallSizes, batch: smallBatch }

function oneTraining({ simd, shuffled }: { simd?: 'avx2'; shuffled?: boolean } = {}): BenchCase {
  return {
    name: shuffled ? 'adam-571-shuffled' : 'adam-571',
    threads: 1,
    ...(simd && { simd }),
    unit: 'step',
    open: async (engine) => {
      const data = shuffled ? moreSamples() : samples()
      const session = openSession(engine, smallModel, 'mean-squared-error', 1, data)
      return {
        run: (steps) => trainSteps(session, steps, smallBatch),
        steps: 20_000,
        peers: shuffled
          ? []
          : [
              { program: 'torch', task, steps: 300 },
              { program: 'jax', task, steps: 3000 },
            ],
        close: () => session.dispose(),
      }
    },
  }
}

/** On `threads` threads, each with one training at a time. */
function manyTrainings(models: number, threads: number): BenchCase {
  return {
    name: `adam-571-${models}-models`,
    threads,
    unit: 'step of one model',
    open: async (engine) => {
      const first = openSession(engine, smallModel, 'mean-squared-error', 1, samples())
      const sessions = [first]
      while (sessions.length < models) {
        const session = openSession(engine, smallModel, 'mean-squared-error', 1)
        session.shareSamples('training', first)
        sessions.push(session)
      }
      return {
        run: async (steps) => {
          const options = trainOptions(steps, smallBatch)
          const results = await trainMany(
            sessions.map((session) => ({ session, options })),
            { threads },
          )
          const other = results.find(({ reason }) => reason !== 'finished')
          if (other) throw new Error(`a training ended as ${other.reason}`)
        },
        // Enough that starting a thread for each training does not count.
        steps: 6000,
        unitsPerStep: models,
        peers: [
          { program: 'jax', task: { ...task, models }, steps: 60 },
          // What vmap alone leaves to one core, on all of them.
          ...(threads > 1 ? [{ program: 'jax' as const, task: { ...task, models, devices: threads }, steps: 60 }] : []),
        ],
        close: () => sessions.forEach((session) => session.dispose()),
      }
    },
  }
}

export const smallNetworkCases = [
  oneTraining(),
  oneTraining({ simd: 'avx2' }),
  oneTraining({ shuffled: true }),
  manyTrainings(100, 1),
  manyTrainings(100, 2),
]
