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

/** So many steps on shuffled batches. @throws where the training ends early */
export async function trainSteps(session: EngineSession, steps: number, batchSize: number): Promise<void> {
  const options: TrainOptions = {
    epochs: 1e9,
    maxSteps: steps,
    batchSize,
    shuffleKey: randomKey(1, 'shuffle'),
    evaluateEveryEpochs: 0,
    probeEpochs: new Uint32Array(0),
    progressEveryMs: 100,
  }
  const { reason } = await session.train(options, () => {})
  if (reason !== 'finished') throw new Error(`the training ended as ${reason}`)
}
