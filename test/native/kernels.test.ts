/** Each fast kernel against the plain loops of native/src/reference.cc, for random shapes: odd sizes, one sample, remainders. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activations, type Activation } from '../../shared/models/model'
import { losses, type Loss } from '../../shared/models/optimizer'
import { largestError } from '../golden/closeness'
import { course, denseModel, fastLevels, openSession, randomSamples } from './sessions'

interface Shape {
  sizes: number[]
  activation: Activation
  loss: Loss
  samples: number
}

const shapes = fc.record<Shape>({
  sizes: fc.oneof(
    fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 5 }),
    // Past 1,024 weights a layer's gradient is a matrix product.
    fc.array(fc.integer({ min: 30, max: 70 }), { minLength: 2, maxLength: 3 }),
  ),
  activation: fc.constantFrom(...activations),
  loss: fc.constantFrom(...losses),
  // Past 512 samples there is more than one chunk.
  samples: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 70 }) }, fc.integer({ min: 500, max: 1100 })),
})

function results({ sizes, activation, loss, samples }: Shape, simd: (typeof fastLevels)[number] | 'reference') {
  const model = denseModel(sizes, activation)
  const session = openSession({ model, loss, simd, seed: 3 })
  const data = randomSamples(model, loss, samples)
  session.setSamples('training', data)
  const { loss: value, accuracy } = session.evaluate('training')
  const outputs = session.predict(data.inputs)
  const gradient = session.gradient('training')
  session.dispose()
  return { value, accuracy, outputs, gradient }
}

describe.each(fastLevels)('on %s', (simd) => {
  test('loss, outputs and gradient of any shape agree with the reference', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const fast = results(shape, simd)
        const plain = results(shape, 'reference')
        expect(largestError([fast.value], [plain.value], 0)).toBeLessThan(1e-5)
        expect(largestError(fast.outputs, plain.outputs, 0.05)).toBeLessThan(2e-5)
        expect(largestError(fast.gradient, plain.gradient, 0.1)).toBeLessThan(5e-5)
        // A tie that rounding decides may move one answer.
        if (shape.loss === 'softmax-cross-entropy') {
          expect(Math.abs(fast.accuracy - plain.accuracy)).toBeLessThanOrEqual(1.001 / shape.samples)
        }
      }),
      { numRuns: 120, seed: 7 },
    )
  })

  test('every size from 1 to 40 on each side of a layer agrees with the reference', () => {
    for (let size = 1; size <= 40; size++) {
      for (const sizes of [
        [size, 3],
        [3, size, 2],
        [40, size, 41],
      ]) {
        const shape: Shape = { sizes, activation: 'relu', loss: 'mean-squared-error', samples: size }
        expect(largestError(results(shape, simd).gradient, results(shape, 'reference').gradient, 0.1)).toBeLessThan(
          2e-5,
        )
      }
    }
  })

  test('the gradient norm of a step is that of the gradient, for layers of every kind in a row', async () => {
    for (const sizes of [
      [3, 5, 1],
      [37, 45, 33, 4],
      [5, 7, 150, 9],
      [90, 31],
    ]) {
      for (const samples of [1, 40, 700]) {
        const model = denseModel(sizes, 'tanh')
        const session = openSession({ model, simd })
        session.setSamples('training', randomSamples(model, 'mean-squared-error', samples))
        const norm = Math.hypot(...session.gradient('training'))
        const { gradientNorm } = await course(session, { batchSize: samples })
        expect(largestError(gradientNorm, [norm], 0)).toBeLessThan(1e-5)
      }
    }
  })

  test('a gradient norm far outside the range of squares in float32 is still right', async () => {
    const model = denseModel([1, 1], 'linear')
    for (const size of [1e-24, 1e24]) {
      const session = openSession({ model, simd, optimizer: { type: 'sgd', learningRate: 1e-30, momentum: 0 } })
      session.setParameters(Float32Array.of(0, 0))
      session.setSamples('training', { inputs: Float32Array.of(0), values: Float32Array.of(0) })
      session.setParameters(Float32Array.of(0, size / 2))
      const { gradientNorm } = await course(session, { maxSteps: 1 })
      if (size < 1) expect(gradientNorm[0]).toBeCloseTo(Math.fround(size), 30)
      // The loss itself is past the largest float, so the run ends; the norm is kept.
      else expect(gradientNorm[0]! / size).toBeCloseTo(1, 5)
    }
  })
})

/** Central differences of the mean loss in the reference, whose sums are in double. */
function differences(shape: Shape) {
  const model = denseModel(shape.sizes, shape.activation)
  const session = openSession({ model, loss: shape.loss, simd: 'reference', seed: 3 })
  session.setSamples('training', randomSamples(model, shape.loss, shape.samples))
  const parameters = session.getParameters()
  const step = 2 ** -7
  return Array.from(parameters, (value, i) => {
    const at = (x: number) => {
      const moved = parameters.slice()
      moved[i] = x
      session.setParameters(moved)
      return { x: moved[i], loss: session.evaluate('training').loss }
    }
    const high = at(value + step)
    const low = at(value - step)
    return (high.loss - low.loss) / (high.x - low.x)
  })
}

// Relu and its leaky kind have kinks, across which differences say nothing; PyTorch's numbers judge them.
const smooth = activations.filter((activation) => activation !== 'relu' && activation !== 'leaky-relu')

test.each(smooth)('the gradient through %s is what finite differences of the loss say', (activation) => {
  for (const loss of losses) {
    const shape: Shape = { sizes: [3, 4, 3], activation, loss, samples: 9 }
    const expected = differences(shape)
    for (const simd of fastLevels) {
      expect(largestError(results(shape, simd).gradient, expected, 1)).toBeLessThan(2e-3)
    }
  }
})
