/** How long a step of a run takes here: real steps of its network and batch, on made-up data. */
import { batchSamples, type RunSpec } from '../../shared/experiments/run-spec'
import { initialParameters } from '../../shared/models/initialization'
import { unitCount } from '../../shared/models/model'
import { needsFullBatch, withLearningRate, type Optimizer } from '../../shared/models/optimizer'
import { blankSamples } from '../datasets/run-samples'
import type { Engine } from '../engines/engine'
import { dropoutKey, sessionOptions } from './session-setup'

/** Timing a step must not take more memory than a few hundred megabytes; a larger batch takes its multiple of the time. */
const mostTimedSamples = 4096
const mostTimedUnits = 1 << 26

/** Made-up data must not diverge, or there would be little to time. What searches along a line does not. */
function timedOptimizer(optimizer: Optimizer): Optimizer {
  return needsFullBatch(optimizer.type) ? optimizer : withLearningRate(optimizer, 1e-7)
}

/** Long enough that starting a thread does not count, short enough that some pieces are undisturbed on a busy machine. */
const pieceMs = 2
const wantedPieces = 3
/** The first meets memory that was never touched. */
const fewestPieces = 2
/** A large step on a busy machine needs that long for so many. */
const mostBudgets = 15
/** Of one step; where it takes longer, what is said is too little. */
const mostStepMs = 2000

/** Time that this process had a processor for. Windows counts in ticks that are longer than what is timed here. */
const processorMs: () => number =
  process.platform === 'win32'
    ? () => performance.now()
    : () => {
        const { user, system } = process.cpuUsage()
        return (user + system) / 1000
      }

/**
 * Times steps of a run's network and batch on made-up data, on one thread, for about `budgetMs` after a warm-up of a tenth: piece by piece, of
 * which the fastest counts, by the clock or by the time of the processor. Other work on the machine can only slow steps down, so that their
 * mean would say more about it than about them.
 */
export async function measureStep(engine: Engine, spec: RunSpec, budgetMs: number): Promise<{ stepMs: number }> {
  const batch = batchSamples(spec)
  // Batch normalisation needs two.
  const fitting = Math.max(2, Math.floor(mostTimedUnits / unitCount(spec.model)))
  const batchSize = Math.min(batch, mostTimedSamples, fitting)
  const session = engine.createSession({ ...sessionOptions(spec), optimizer: timedOptimizer(spec.optimizer) })
  try {
    session.setSamples('training', blankSamples(spec, batchSize))
    session.setParameters(initialParameters(spec.model, spec.seed))
    const trainFor = async (timeMs: number, maxSteps: number) => {
      const timer = setTimeout(() => session.stop(), timeMs)
      const [start, processorStart] = [performance.now(), processorMs()]
      const { step } = await session.train(
        {
          epochs: 1e7,
          batchSize,
          ...(maxSteps < Infinity && { maxSteps }),
          dropoutKey: dropoutKey(spec),
          evaluateEveryEpochs: 0,
          probeEpochs: new Uint32Array(0),
          progressEveryMs: 1000,
        },
        () => undefined,
      )
      clearTimeout(timer)
      const [byClock, byProcessor] = [performance.now() - start, processorMs() - processorStart]
      return { step, elapsedMs: byProcessor > 0 ? Math.min(byClock, byProcessor) : byClock }
    }
    const warm = await trainFor(budgetMs / 10, Infinity)
    let done = warm.step
    let stepMs = done > 0 ? warm.elapsedMs / done : Infinity
    const begin = performance.now()
    const spentMs = () => performance.now() - begin
    for (
      let piece = 0;
      piece < fewestPieces || spentMs() < budgetMs || (piece < wantedPieces && spentMs() < mostBudgets * budgetMs);
      piece++
    ) {
      const { step, elapsedMs } = await trainFor(mostStepMs, Math.max(1, Math.round(pieceMs / stepMs)))
      stepMs = Math.min(stepMs, elapsedMs / Math.max(1, step - done))
      done = step
    }
    return { stepMs: stepMs * (batch / batchSize) }
  } finally {
    session.dispose()
  }
}
