/** Norms of the parts of the gradient that belong to single layers. */
import { expect, test } from 'vitest'
import { loadEngine } from '../../electron/engines'
import { parameterLayout, type Model } from '../../shared/models/model'
import {
  fullBatchOptimizers,
  optimizerTypes,
  optimizerWithDefaults,
  type OptimizerType,
} from '../../shared/models/optimizer'
import { initialParameters } from '../../shared/models/initialization'
import { randomKey } from '../../shared/random'
import { course, denseModel, fastLevels, levels, openSession, randomSamples } from './sessions'

const samples = 40

const image: Model = {
  inputSize: 2 * 8 * 8,
  inputShape: [2, 8, 8],
  initialization: 'pytorch',
  layers: [
    { type: 'conv2d', filters: 3, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'relu' },
    { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'linear' },
    {
      type: 'residual',
      activation: 'relu',
      layers: [{ type: 'conv2d', filters: 3, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'tanh' }],
    },
    { type: 'max-pool', size: [2, 2], padding: [0, 0] },
    { type: 'dropout', rate: 0.2 },
    { type: 'dense', units: 10, activation: 'linear' },
  ],
}

const hypot = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))

/** Norms of the layers' slices of a gradient [P]. */
function sliceNorms(model: Model, gradient: Float32Array | Float64Array): number[] {
  return parameterLayout(model).map(({ weightOffset, biasOffset, outputs }) =>
    hypot(gradient.subarray(weightOffset, biasOffset + outputs)),
  )
}

test.each(levels)('are those of the gradient of all samples (%s)', async (simd) => {
  const model = denseModel([5, 37, 20, 3], 'gelu')
  const session = openSession({ model, simd })
  session.setSamples('training', randomSamples(model, 'mean-squared-error', samples))
  const expected = sliceNorms(model, session.gradient('training'))
  const { layerGradientNorm } = await course(session, { batchSize: samples, layerGradients: true })
  expect(layerGradientNorm).toHaveLength(3)
  layerGradientNorm.forEach((norm, layer) => expect(norm / expected[layer]!).toBeCloseTo(1, 5))
  session.dispose()
})

test.each(fastLevels)(
  'add up to the norm of the whole, with every kind of layer and several threads (%s)',
  async (simd) => {
    const session = loadEngine({ simd }).createSession({
      model: image,
      loss: 'softmax-cross-entropy',
      optimizer: optimizerWithDefaults('adam', 0.01),
      threads: 2,
    })
    session.setParameters(initialParameters(image, 1))
    session.setSamples('training', randomSamples(image, 'softmax-cross-entropy', samples))
    const options = { epochs: 3, batchSize: 16, dropoutKey: randomKey(1, 'dropout'), layerGradients: true }
    const { gradientNorm, layerGradientNorm } = await course(session, options)
    expect(gradientNorm).toHaveLength(9)
    const layers = parameterLayout(image).length
    expect(layers).toBe(4)
    gradientNorm.forEach((norm, step) => {
      const parts = layerGradientNorm.slice(step * layers, (step + 1) * layers)
      expect(hypot(parts) / norm).toBeCloseTo(1, 5)
      expect(Math.min(...parts)).toBeGreaterThan(0)
    })
    session.dispose()
  },
)

test.each(optimizerTypes)('are reported by %s, for weights before each step', async (type: OptimizerType) => {
  const model = denseModel([3, 6, 2], 'tanh')
  for (const precision of ['float32', 'float64'] as const) {
    const optimizer = { ...optimizerWithDefaults(type, 0.01), weightDecay: 0.1 }
    const session = loadEngine().createSession({ model, loss: 'mean-squared-error', optimizer, precision })
    session.setParameters(initialParameters(model, 1))
    session.setSamples('training', randomSamples(model, 'mean-squared-error', samples))
    const isFull = (fullBatchOptimizers as readonly OptimizerType[]).includes(type)
    for (let step = 0; step < 5; step++) {
      const { gradient } = await session.curvature.lossAndGradient({ set: 'training' })
      const { layerGradientNorm } = await course(session, { maxSteps: 1, batchSize: samples, layerGradients: true })
      const expected = sliceNorms(model, gradient)
      layerGradientNorm.forEach((norm, layer) => expect(norm / expected[layer]!).toBeCloseTo(1, isFull ? 6 : 4))
    }
    session.dispose()
  }
})

test('are not reported unless asked for', async () => {
  const model = denseModel([3, 6, 2], 'tanh')
  const session = openSession({ model })
  session.setSamples('training', randomSamples(model, 'mean-squared-error', samples))
  const { reports } = await course(session, {})
  expect(reports.every((report) => report.layerGradientNorm === undefined)).toBe(true)
  session.dispose()
})

test('reach a listener that has not heard of the steps yet when the test set has been evaluated', async () => {
  const model = denseModel([3, 200, 2], 'tanh')
  const session = openSession({ model })
  session.setSamples('training', randomSamples(model, 'mean-squared-error', samples))
  // The steps take less than until the first report, the evaluation takes longer.
  session.setSamples('test', randomSamples(model, 'mean-squared-error', 1_000_000))
  const options = { epochs: 1, batchSize: 10, layerGradients: true, evaluateEveryEpochs: 1, progressEveryMs: 5 }
  const running = course(session, options)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
  const { batchLoss, layerGradientNorm, testLoss } = await running
  expect([batchLoss, layerGradientNorm, testLoss].map((series) => series.length)).toEqual([4, 8, 1])
  session.dispose()
})
