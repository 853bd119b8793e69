/** Sessions for the tests of the compute core: small models and data from a seed, on a chosen instruction set. */
import { loadEngine } from '../../electron/engines'
import type { EngineSession, Samples } from '../../electron/engines/engine'
import { loadAddon, type SimdLevel } from '../../electron/engines/native'
import { initialParameters } from '../../shared/models/initialization'
import { outputSize, type Activation, type Model } from '../../shared/models/model'
import { optimizerWithDefaults, type Loss, type Optimizer } from '../../shared/models/optimizer'
import { RandomStream, randomKey } from '../../shared/random'

export { course, joinReports, plainTraining } from '../engines/training'

/** All instruction sets of this machine, and the reference. */
export const levels: SimdLevel[] = loadAddon().simdLevels
export const fastLevels = levels.filter((level) => level !== 'reference')

export function denseModel(sizes: readonly number[], activation: Activation, output: Activation = 'linear'): Model {
  const units = sizes.slice(1)
  return {
    inputSize: sizes[0]!,
    layers: units.map((count, i) => ({
      type: 'dense',
      units: count,
      activation: i === units.length - 1 ? output : activation,
    })),
    initialization: 'pytorch',
  }
}

export const adam = optimizerWithDefaults('adam', 0.01)

export interface SessionSetup {
  model: Model
  loss?: Loss
  optimizer?: Optimizer
  simd?: SimdLevel | undefined
  seed?: number
}

export function openSession(setup: SessionSetup): EngineSession {
  const { model, loss = 'mean-squared-error', optimizer = adam, simd, seed = 1 } = setup
  const session = loadEngine(simd ? { simd } : {}).createSession({ model, loss, optimizer })
  session.setParameters(initialParameters(model, seed))
  return session
}

/** Normal inputs, and normal values or uniform labels. */
export function randomSamples(model: Model, loss: Loss, count: number, seed = 1): Samples {
  const random = new RandomStream(randomKey(seed, 'inputs'))
  const outputs = outputSize(model)
  const inputs = Float32Array.from({ length: count * model.inputSize }, () => random.normal())
  if (loss === 'softmax-cross-entropy') {
    return { inputs, labels: Uint8Array.from({ length: count }, () => random.below(Math.min(outputs, 256))) }
  }
  return { inputs, values: Float32Array.from({ length: count * outputs }, () => random.normal()) }
}
