/** Loss, accuracy and sensitivity to the input of a trained network, on training and test samples. Gradients are in float64. */
import type { SensitivityQuestion, SensitivityResult, SetSensitivity } from '../../shared/analyses/sensitivity'
import { LabError } from '../../shared/api/errors'
import type { Samples, SampleSet } from '../engines/engine'
import type { AnalysisContext, AnalysisOutcome } from './analysis'
import { Evaluator, sampleCount } from './evaluation'
import { endOf } from './run-end'

type Context = AnalysisContext<SensitivityQuestion, SensitivityResult>

/** Three questions to each of two sets. */
const questions = 6

/** Copies rows of `from` [all, width] into `to` [count, width], evenly among all. */
function copyEvenly<T extends Float32Array | Uint8Array>(from: T, to: T, all: number, count: number): T {
  const width = from.length / all
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * all) / count)
    to.set(from.subarray(row * width, (row + 1) * width), i * width)
  }
  return to
}

/** So many of all samples, evenly among them: points of a function are ordered, and the halves of a data set may differ. */
export function evenlyChosen({ inputs, values, labels }: Samples, all: number, count: number): Samples {
  const floats = (array: Float32Array) => copyEvenly(array, new Float32Array((array.length / all) * count), all, count)
  return {
    inputs: floats(inputs),
    ...(values && { values: floats(values) }),
    ...(labels && { labels: copyEvenly(labels, new Uint8Array(count), all, count) }),
  }
}

export async function analyseSensitivity(context: Context): Promise<AnalysisOutcome<SensitivityResult>> {
  const [subject] = context.runs
  const { run, snapshots } = subject!
  const parameters = endOf(subject!)
  const { buffers } = snapshots.at(-1)!
  const samples = await context.readSamples(run.runId)
  const session = await context.createSession(run.runId, { precision: 'float64', threads: context.threads })
  const evaluator = new Evaluator(context, run.spec, samples)
  let answers = 0
  const meanNorm = async (set: SampleSet, of: 'loss' | 'output'): Promise<number> => {
    const { mean } = await session.curvature.inputGradientNorms({ set }, of)
    context.progress(++answers / questions)
    if (Number.isFinite(mean)) return mean
    throw new LabError(
      'engine/bad-data',
      `${run.label}: its gradients with respect to the input are not finite numbers`,
    )
  }
  const measure = async (set: SampleSet): Promise<SetSensitivity> => {
    const all = sampleCount(samples[set], run.spec)
    const count = Math.min(context.spec.samples ?? all, all)
    if (count < all) session.setSamples(set, evenlyChosen(samples[set], all, count))
    const { loss, accuracy } = await evaluator.evaluate(set, parameters, buffers)
    context.progress(++answers / questions)
    const ofLoss = await meanNorm(set, 'loss')
    return { loss, accuracy, ofLoss, ofOutputs: await meanNorm(set, 'output'), samples: count }
  }
  try {
    const result = { training: await measure('training'), test: await measure('test') }
    return { result, summary: sensitivitySummary(result) }
  } finally {
    evaluator.dispose()
    session.dispose()
  }
}

function sensitivitySummary({ training, test }: SensitivityResult): AnalysisOutcome<unknown>['summary'] {
  return {
    trainLoss: training.loss,
    testLoss: test.loss,
    ...(Number.isFinite(test.accuracy) ? { trainAccuracy: training.accuracy, testAccuracy: test.accuracy } : {}),
    trainLossSensitivity: training.ofLoss,
    testLossSensitivity: test.ofLoss,
    trainOutputSensitivity: training.ofOutputs,
    testOutputSensitivity: test.ofOutputs,
  }
}
