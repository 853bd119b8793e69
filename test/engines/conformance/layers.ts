/** Every layer, activation and loss against PyTorch: outputs, loss, accuracy, gradients; running statistics and dropout in training. */
import { describe, expect, test } from 'vitest'
import { largestError, normError, vectorError } from '../../golden/closeness'
import { golden, goldenSamples, layerGroups, type ActivationTables, type LayerCase } from '../../golden/golden'
import { course } from '../training'
import {
  dropoutKeyOf,
  open,
  repeated,
  sampleCount,
  singleTolerance,
  steppedGradient,
  tolerances,
  type Subject,
} from './subject'

export function layersConform(subject: Subject, groups: readonly (typeof layerGroups)[number][] = layerGroups): void {
  const { precision } = subject
  const doubled = precision === 'float64'
  const tolerance = tolerances[precision]
  const outputTolerance = Math.max(tolerance, singleTolerance)

  describe.each(groups)('%s', (group) => {
    const cases = golden(`layers/${group}`)

    test.each(cases)('$name: outputs, loss, accuracy and gradient are those of PyTorch', (expected) => {
      const session = open(subject, expected)
      const { inputs } = goldenSamples(expected)
      expect(largestError(session.predict(inputs), expected.outputs)).toBeLessThan(outputTolerance)
      const { loss, accuracy } = session.evaluate('test')
      expect(largestError([loss], [expected.lossValue])).toBeLessThan(tolerance)
      expect(accuracy).toBe(expected.accuracy ?? NaN)
      expect(vectorError(expected.model, session.gradient('test'), expected.gradient)).toBeLessThan(outputTolerance)
      session.dispose()
    })

    test.each(cases.filter(alikeInTraining))('$name: a step follows the gradient', async (expected) => {
      const gradient = await steppedGradient(subject, expected)
      expect(vectorError(expected.model, gradient, expected.gradient)).toBeLessThan(tolerance)
    })

    test.each(cases)('$name: means over many samples are those over few', async (expected) => {
      // Sums over a thousand samples round a thousand times.
      const rounding = doubled ? 1 : 4
      const samples = repeated(goldenSamples(expected), Math.ceil(1100 / sampleCount(expected)))
      const session = open(subject, expected, { samples })
      expect(largestError([session.evaluate('test').loss], [expected.lossValue])).toBeLessThan(rounding * tolerance)
      expect(vectorError(expected.model, session.gradient('test'), expected.gradient)).toBeLessThan(
        rounding * outputTolerance,
      )
      session.dispose()
      if (!alikeInTraining(expected)) return
      const gradient = await steppedGradient(subject, expected, samples)
      expect(vectorError(expected.model, gradient, expected.gradient)).toBeLessThan(rounding * tolerance)
    })

    const trained = cases.filter((expected) => expected.training)
    if (trained.length > 0) {
      test.each(trained)('$name: in training too', (expected) => trainingConforms(subject, expected))
    }
  })

  test.each(golden('activations').tables)('$activation and its slope from -100 to 100', async (expected) => {
    const { values, slopes } = await activationTable(subject, expected.activation)
    // The reference adds 1 to an exponential where the others do not: it is absolutely right beside 100.
    expect(largestError(values, expected.values, doubled ? 1e-3 : 1e-9)).toBeLessThan(doubled ? 1e-12 : 1e-6)
    // Where tanh and sigmoid saturate, their slope is taken from their value, as in PyTorch.
    expect(largestError(slopes, expected.slopes)).toBeLessThan(doubled ? 1e-12 : 5e-6)
  })
}

/** Neither dropout nor batch normalisation: training mode is evaluation mode. */
function alikeInTraining({ training }: LayerCase): boolean {
  return training === undefined
}

async function trainingConforms(subject: Subject, expected: LayerCase): Promise<void> {
  const tolerance = tolerances[subject.precision]
  const { model } = expected
  const training = expected.training!
  expect(vectorError(model, await steppedGradient(subject, expected), training.gradient)).toBeLessThan(tolerance)
  const session = open(subject, expected, {
    optimizer: { type: 'sgd', learningRate: training.learningRate, momentum: 0 },
  })
  const steps = training.batchLoss.length
  const { batchLoss, gradientNorm } = await course(session, {
    epochs: steps,
    batchSize: sampleCount(expected),
    ...dropoutKeyOf(expected),
  })
  const reported = Math.max(tolerance, singleTolerance)
  expect(largestError(batchLoss, training.batchLoss)).toBeLessThan(reported)
  expect(largestError(gradientNorm, training.gradientNorm)).toBeLessThan(reported)
  expect(vectorError(model, session.getParameters64(), training.parameters)).toBeLessThan(tolerance)
  if (training.buffers) expect(normError(session.getBuffers(), training.buffers)).toBeLessThan(tolerance)
  session.dispose()
}

/**
 * f and f' at all points of the table at once, without loss of digits: hidden unit i has bias x_i and no weight, the output adds the
 * units up with weight w. For the squared error, whose derivative by the output is d, the gradient is d f(x_i) for the weight of
 * unit i, d for the output's bias, and w d f'(x_i) for the unit's bias.
 */
async function activationTable(subject: Subject, activation: ActivationTables['tables'][number]['activation']) {
  const points = golden('activations').inputs
  const units = points.length
  const gradientFor = (weight: number) =>
    steppedGradient(subject, {
      name: activation,
      model: {
        inputSize: 1,
        layers: [
          { type: 'dense', units, activation },
          { type: 'dense', units: 1, activation: 'linear' },
        ],
        initialization: 'pytorch',
      },
      loss: 'mean-squared-error',
      parameters: [...points.map(() => 0), ...points, ...points.map(() => weight), 0],
      inputs: [0],
      values: [-0.5],
    })
  const unweighted = await gradientFor(0)
  const weighted = await gradientFor(1)
  const slopeOfLoss = (gradient: Float64Array) => gradient[3 * units]!
  return {
    values: Array.from(unweighted.subarray(2 * units, 3 * units), (value) => value / slopeOfLoss(unweighted)),
    slopes: Array.from(weighted.subarray(units, 2 * units), (value) => value / slopeOfLoss(weighted)),
  }
}
