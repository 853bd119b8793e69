/** Sharpness, spectral norms, weight norm and the measured gap between training and test, at the weights where a run ended. */
import {
  accuracyGap,
  indicatorKeys,
  indicators,
  lossGap,
  type SharpnessResult,
  type SharpnessSpec,
} from '../../shared/analyses/sharpness'
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import { LabError } from '../../shared/api/errors'
import { bufferCount, type Model } from '../../shared/models/model'
import type { RunSamples } from '../datasets/run-samples'
import type { AnalysisContext, AnalysisOutcome } from './analysis'
import { euclideanNorm } from '../../shared/math/vectors'
import { Evaluator, sampleCount } from './evaluation'
import { endOf } from './run-end'
import { filterNorms, localSharpness, stepsOf, type Surroundings } from './local-sharpness'
import { spectralNorms } from './spectral-norms'

type Context = AnalysisContext<SharpnessSpec, SharpnessResult>
type Measured = Pick<SharpnessResult, 'trainLoss' | 'testLoss' | 'trainAccuracy' | 'testAccuracy'>

/** Loss and accuracy over all samples of both sets, in the precision of the training. */
async function measured(context: Context, samples: RunSamples, weights: Float64Array): Promise<Measured> {
  const [subject] = context.runs
  const { spec } = subject!.run
  const buffers = bufferCount(spec.model) > 0 ? subject!.snapshots.at(-1)!.buffers : undefined
  const evaluator = new Evaluator(context, spec, samples)
  try {
    const training = await evaluator.evaluate('training', weights, buffers)
    const test = await evaluator.evaluate('test', weights, buffers)
    return {
      trainLoss: training.loss,
      testLoss: test.loss,
      trainAccuracy: training.accuracy,
      testAccuracy: test.accuracy,
    }
  } finally {
    evaluator.dispose()
  }
}

/** @throws LabError `engine/bad-data` where there is nothing to compare with */
function checkLoss(label: string, loss: number): void {
  if (Number.isFinite(loss)) return
  throw new LabError('engine/bad-data', `${label}: the loss where the run ended is no finite number`)
}

/** In plain Euclidean distance, and with each filter measured in its own norm: T's diagonal [P] and the radius of the ball. */
export function measuresOf(
  spec: Pick<SharpnessSpec, 'epsilon' | 'relativeEpsilon'>,
  model: Model,
  weights: Float64Array,
): Record<'plain' | 'normalized', Pick<Surroundings, 'scale' | 'radius'>> {
  return {
    plain: { scale: new Float64Array(weights.length).fill(1), radius: spec.epsilon },
    normalized: { scale: filterNorms(model, weights), radius: spec.relativeEpsilon },
  }
}

async function compute(context: Context, weights: Float64Array): Promise<SharpnessResult> {
  const { spec, runs, engine, threads, signal } = context
  const { run } = runs[0]!
  const { model } = run.spec
  const all = await context.readSamples(run.runId)
  const ends = await measured(context, all, weights)
  const session = await context.createSession(run.runId, { precision: 'float64', threads })
  try {
    session.setParameters(weights)
    const samples = Math.min(spec.samples, sampleCount(all.training, run.spec))
    const question = { set: 'training', samples } as const
    const { loss } = await session.curvature.lossAndGradient(question)
    checkLoss(run.label, loss)
    let done = 0
    const onStep = () => context.progress(Math.min(1, ++done / (2 * stepsOf(spec))))
    const around = { engine, session, question, weights, onStep }
    const measures = measuresOf(spec, model, weights)
    const plain = await localSharpness({ ...around, ...measures.plain }, spec)
    done = stepsOf(spec)
    const normalized = await localSharpness({ ...around, ...measures.normalized }, spec)
    const buffers = session.getBuffers()
    const parts = { engine, model, parameters: weights, buffers, seed: spec.seed, signal }
    const { layerNorms, product } = await spectralNorms(parts)
    return {
      run: { runId: run.runId, label: run.label },
      epsilon: spec.epsilon,
      relativeEpsilon: spec.relativeEpsilon,
      samples,
      loss,
      plain,
      normalized,
      layerNorms,
      spectralNormProduct: product,
      weightNorm: euclideanNorm(weights),
      ...ends,
    }
  } finally {
    session.dispose()
  }
}

export function sharpnessSummary(result: SharpnessResult): AnalysisNumbers {
  const gap = accuracyGap(result)
  return {
    lossGap: lossGap(result),
    ...(Number.isFinite(gap) ? { accuracyGap: gap } : {}),
    ...Object.fromEntries(indicatorKeys.map((key) => [key, indicators[key].of(result)])),
    traceError: result.plain.traceError,
    traceNormalizedError: result.normalized.traceError,
    trainLoss: result.trainLoss,
    testLoss: result.testLoss,
    samples: result.samples,
  }
}

export async function analyseSharpness(context: Context): Promise<AnalysisOutcome<SharpnessResult>> {
  const result = await compute(context, endOf(context.runs[0]!))
  return { result, summary: sharpnessSummary(result) }
}
