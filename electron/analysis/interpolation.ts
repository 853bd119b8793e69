/** Loss and accuracy on the line through the weights of two trainings. */
import {
  coarseToFine,
  interpolationAlphas,
  interpolationBarrier,
  type InterpolatedPoint,
  type InterpolationResult,
  type InterpolationSpec,
} from '../../shared/analyses/interpolation'
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import { bufferCount } from '../../shared/models/model'
import type { AnalysisContext, AnalysisOutcome } from './analysis'
import { BatchNormStatistics } from './batch-norm-statistics'
import { Evaluator } from './evaluation'
import { endOf } from './run-end'

type Context = AnalysisContext<InterpolationSpec, InterpolationResult>

const partialEveryMs = 1000
const measures = ['trainLoss', 'trainAccuracy', 'testLoss', 'testAccuracy'] as const

/** (1 - α) θ₁ + α θ₂, exactly θ₁ and θ₂ at 0 and 1. */
function mixed(first: Float64Array, second: Float64Array, alpha: number): Float64Array {
  return first.map((weight, i) => (1 - alpha) * weight + alpha * second[i]!)
}

/** Whatever an earlier attempt at the same points has found. */
function emptyResult({ spec, runs, previous }: Context, distance: number, reestimated: boolean): InterpolationResult {
  const alphas = interpolationAlphas(spec)
  const values = () => new Float64Array(alphas.length).fill(NaN)
  const isSame = previous?.alphas.length === alphas.length && previous.alphas.every((alpha, i) => alpha === alphas[i])
  if (isSame) return previous
  return {
    runs: runs.map(({ run }) => ({ runId: run.runId, label: run.label })),
    alphas,
    trainLoss: values(),
    trainAccuracy: values(),
    testLoss: values(),
    testAccuracy: values(),
    ends: [],
    distance,
    reestimated,
  }
}

/** What to ask of any weights: loss and accuracy over both sets, with statistics of their own. */
class Line {
  readonly #evaluator: Evaluator
  readonly #statistics: BatchNormStatistics | null

  private constructor(evaluator: Evaluator, statistics: BatchNormStatistics | null) {
    this.#evaluator = evaluator
    this.#statistics = statistics
  }

  static async open(context: Context): Promise<Line> {
    const { runId, spec } = context.runs[0]!.run
    const samples = await context.readSamples(runId)
    const evaluator = new Evaluator(context, spec, samples)
    const hasStatistics = bufferCount(spec.model) > 0
    return new Line(evaluator, hasStatistics ? new BatchNormStatistics(context, spec, samples.training) : null)
  }

  async point(parameters: Float64Array): Promise<InterpolatedPoint> {
    const buffers = await this.#statistics?.estimate(parameters)
    const training = await this.#evaluator.evaluate('training', parameters, buffers)
    const test = await this.#evaluator.evaluate('test', parameters, buffers)
    return {
      trainLoss: training.loss,
      trainAccuracy: training.accuracy,
      testLoss: test.loss,
      testAccuracy: test.accuracy,
    }
  }

  dispose(): void {
    this.#evaluator.dispose()
    this.#statistics?.dispose()
  }
}

async function compute({ runs, progress }: Context, result: InterpolationResult, line: Line): Promise<void> {
  const [first, second] = runs.map(endOf) as [Float64Array, Float64Array]
  const { alphas, ends } = result
  const all = alphas.length + 2
  const open = coarseToFine(alphas.length).filter((index) => Number.isNaN(result.trainLoss[index]!))
  for (const weights of [first, second].slice(ends.length)) {
    ends.push(await line.point(weights))
    progress((ends.length + alphas.length - open.length) / all)
  }
  let reported = performance.now()
  for (const [done, index] of open.entries()) {
    const point = await line.point(mixed(first, second, alphas[index]!))
    for (const measure of measures) result[measure][index] = point[measure]
    const isPartial = performance.now() - reported > partialEveryMs
    if (isPartial) reported = performance.now()
    progress((all - open.length + done + 1) / all, isPartial ? result : undefined)
  }
}

export function interpolationSummary(result: InterpolationResult): AnalysisNumbers {
  const [from, to] = result.ends as [InterpolatedPoint, InterpolatedPoint]
  return {
    testLossAt0: from.testLoss,
    testLossAt1: to.testLoss,
    ...(Number.isFinite(from.testAccuracy)
      ? { testAccuracyAt0: from.testAccuracy, testAccuracyAt1: to.testAccuracy }
      : {}),
    barrier: interpolationBarrier(result),
    distance: result.distance,
    ...(result.reestimated ? { batchNormReestimated: true } : {}),
  }
}

export async function analyseInterpolation(context: Context): Promise<AnalysisOutcome<InterpolationResult>> {
  const [first, second] = context.runs.map(endOf) as [Float64Array, Float64Array]
  const distance = Math.sqrt(first.reduce((sum, weight, i) => sum + (second[i]! - weight) ** 2, 0))
  const result = emptyResult(context, distance, bufferCount(context.runs[0]!.run.spec.model) > 0)
  const line = await Line.open(context)
  try {
    await compute(context, result, line)
  } finally {
    line.dispose()
  }
  return { result, summary: interpolationSummary(result) }
}
