/** An engine that is put through the conformance suite, and sessions of it with what the golden cases give. */
import type { Engine, EngineSession, Precision, Samples } from '../../../electron/engines/engine'
import type { Optimizer } from '../../../shared/models/optimizer'
import { goldenSamples, type GoldenNetwork } from '../../golden/golden'
import { course } from '../training'

export interface Subject {
  engine: Engine
  precision: Precision
  /** That share a step; default 1. */
  threads?: number
}

/** What the compute core promises against PyTorch in float64; see closeness.ts for how it is measured. */
export const tolerances: Record<Precision, number> = { float64: 1e-10, float32: 1e-5 }
/** Of what is handed over in float32 even where it is computed in float64. */
export const singleTolerance = 5e-7

const gradientDescent = (learningRate: number): Optimizer => ({ type: 'sgd', learningRate, momentum: 0 })

/** A session with the case's parameters, running statistics and (as both sets) samples. */
export function open(
  { engine, precision, threads = 1 }: Subject,
  given: GoldenNetwork,
  options: { optimizer?: Optimizer; samples?: Samples } = {},
): EngineSession {
  const { optimizer = gradientDescent(1), samples = goldenSamples(given) } = options
  const session = engine.createSession({ model: given.model, loss: given.loss, optimizer, precision, threads })
  session.setSamples('training', samples)
  session.setSamples('test', samples)
  restart(session, given)
  return session
}

export function restart(session: EngineSession, given: GoldenNetwork): void {
  // Float32 first: the numbers of the file are decimals that mean float32.
  session.setParameters(Float64Array.from(Float32Array.from(given.parameters)))
  if (given.buffers) session.setBuffers(Float64Array.from(Float32Array.from(given.buffers)))
}

export function sampleCount({ inputs, model }: GoldenNetwork): number {
  return inputs.length / model.inputSize
}

/**
 * The gradient in training mode without loss of digits: where one step of gradient descent leads. The rate is large, so that
 * rounding of the parameters does not matter.
 */
export async function steppedGradient(subject: Subject, given: GoldenNetwork, samples = goldenSamples(given)) {
  const rate = 1024
  const session = open(subject, given, { optimizer: gradientDescent(rate), samples })
  const before = session.getParameters64()
  const batchSize = samples.inputs.length
  await course(session, { batchSize, ...dropoutKeyOf(given) })
  const after = session.getParameters64()
  session.dispose()
  return before.map((value, i) => (value - after[i]!) / rate)
}

export function dropoutKeyOf(given: GoldenNetwork) {
  return 'training' in given ? { dropoutKey: (given.training as { dropoutKey: [number, number] }).dropoutKey } : {}
}

/** The same samples many times over: means over them are what they were. */
export function repeated({ inputs, values, labels }: Samples, times: number): Samples {
  return {
    inputs: Float32Array.from({ length: times * inputs.length }, (_, i) => inputs[i % inputs.length]!),
    ...(values && {
      values: Float32Array.from({ length: times * values.length }, (_, i) => values[i % values.length]!),
    }),
    ...(labels && { labels: Uint8Array.from({ length: times * labels.length }, (_, i) => labels[i % labels.length]!) }),
  }
}
