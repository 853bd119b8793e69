/** What the training cases share. */
import type { Engine, EngineSession, Samples, TrainOptions } from '../../../electron/engines/engine'
import { initialParameters } from '../../../shared/models/initialization'
import type { Model } from '../../../shared/models/model'
import { optimizerWithDefaults, type Loss } from '../../../shared/models/optimizer'
import { randomKey } from '../../../shared/random'

export function openSession(
  engine: Engine,
  model: Model,
  loss: Loss,
  threads: number,
  samples?: Samples,
): EngineSession {
  const optimizer = optimizerWithDefaults('adam', 1e-3)
  const session = engine.createSession({ model, loss, optimizer, threads })
  session.setParameters(initialParameters(model, 1))
  if (samples) session.setSamples('training', samples)
  return session
}

/** So many steps on shuffled batches, with no more to report than an app that draws them would ask for. */
export function trainOptions(steps: number, batchSize: number): TrainOptions {
  return {
    epochs: 1e9,
    maxSteps: steps,
    batchSize,
    shuffleKey: randomKey(1, 'shuffle'),
    evaluateEveryEpochs: 0,
    probeEpochs: new Uint32Array(0),
    progressEveryMs: 100,
  }
}

/** @throws where the training ends early: its time would be no step's */
export async function trainSteps(session: EngineSession, steps: number, batchSize: number): Promise<void> {
  const { reason } = await session.train(trainOptions(steps, batchSize), () => {})
  if (reason !== 'finished') throw new Error(`the training ended as ${reason}`)
}
