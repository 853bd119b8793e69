/** The compute core against PyTorch's numbers (test/golden), on every instruction set of this machine. */
import { describe, expect, test } from 'vitest'
import { initialParameters } from '../../shared/models/initialization'
import { randomKey } from '../../shared/random'
import { golden, goldenSamples, largestError } from '../golden/golden'
import { adam, course, denseModel, levels, openSession } from './sessions'

const tables = golden('activations')

describe.each(levels)('on %s', (simd) => {
  test.each(golden('gradients'))('$name: outputs, loss, accuracy and gradient are those of PyTorch', (expected) => {
    const session = openSession({ model: expected.model, loss: expected.loss, simd })
    const samples = goldenSamples(expected)
    session.setSamples('training', samples)
    session.setParameters(Float32Array.from(expected.parameters))
    expect(largestError(session.predict(samples.inputs), expected.outputs, 0.01)).toBeLessThan(1e-5)
    const { loss, accuracy } = session.evaluate('training')
    expect(largestError([loss], [expected.lossValue], 0)).toBeLessThan(1e-5)
    expect(accuracy).toBe(expected.accuracy ?? NaN)
    expect(largestError(session.gradient('training'), expected.gradient, 0.05)).toBeLessThan(1e-5)
  })

  test.each(tables.tables)('$activation is right to a few units in the last place from -100 to 100', (expected) => {
    const session = openSession({ model: denseModel([1, 1], 'linear', expected.activation), simd })
    session.setParameters(Float32Array.of(1, 0))
    const inputs = Float32Array.from(tables.inputs)
    // sin(100) has lost what the float32 of 100 does not hold; the table has the sine of the very same number.
    expect(largestError(session.predict(inputs), expected.values, 1e-9)).toBeLessThan(1e-6)
  })

  test.each(tables.tables)('the slope of $activation is right from -100 to 100', (expected) => {
    const session = openSession({ model: denseModel([1, 1], 'linear', expected.activation), simd })
    session.setParameters(Float32Array.of(1, 0))
    const slopes = tables.inputs.map((x, i) => {
      // A loss (f(x) - t)^2 with t = f(x) - 1/2 has the slope f'(x) in the bias.
      const inputs = Float32Array.of(x)
      const target = session.predict(inputs)[0]! - 0.5
      const lift = 2 * (session.predict(inputs)[0]! - Math.fround(target))
      session.setSamples('training', { inputs, values: Float32Array.of(target) })
      return { slope: session.gradient('training')[1]! / lift, expected: expected.slopes[i]! }
    })
    const actual = slopes.map(({ slope }) => slope)
    // tanh and sigmoid take the slope from the output, as PyTorch does: where they saturate it is absolutely right.
    expect(largestError(actual, expected.slopes, 0.1)).toBeLessThan(5e-6)
  })

  test.each(golden('optimizers'))(
    '$name: every loss and norm, and the weights after 1 and 20 steps',
    async (expected) => {
      const { model, loss, optimizer } = expected
      const session = openSession({ model, loss, optimizer, simd })
      session.setSamples('training', goldenSamples(expected))
      session.setParameters(Float32Array.from(expected.parameters))
      const losses: number[] = []
      const norms: number[] = []
      let step = 0
      for (const kept of expected.kept) {
        const part = await course(session, { epochs: 100, batchSize: 5, maxSteps: kept.step - step })
        step = kept.step
        losses.push(...part.batchLoss)
        norms.push(...part.gradientNorm)
        const tolerance = step === 1 ? 1e-5 : 1e-4
        expect(largestError(session.getParameters(), kept.parameters, 0.01)).toBeLessThan(tolerance)
      }
      expect(largestError(losses, expected.batchLoss, 0)).toBeLessThan(5e-5)
      expect(largestError(norms, expected.gradientNorm, 0)).toBeLessThan(5e-5)
    },
  )

  test('200 shuffled Adam steps of the 571-parameter network follow PyTorch in float64 from the same start', async () => {
    const expected = golden('adam-571')
    const session = openSession({ model: expected.model, optimizer: adam, simd })
    session.setSamples('training', goldenSamples(expected))
    session.setParameters(initialParameters(expected.model, expected.seed))
    const shuffleKey = randomKey(expected.seed, 'shuffle')
    const { batchLoss, gradientNorm } = await course(session, { epochs: 50, batchSize: expected.batchSize, shuffleKey })
    // Rounding grows along the way, faster where a unit's sign decides: 50 steps to 1e-4, all to 2 %.
    expect(largestError(batchLoss.slice(0, 50), expected.batchLoss.slice(0, 50), 0)).toBeLessThan(1e-4)
    expect(largestError(batchLoss, expected.batchLoss, 0)).toBeLessThan(0.02)
    expect(largestError(gradientNorm.slice(0, 50), expected.gradientNorm.slice(0, 50), 0)).toBeLessThan(1e-3)
    expect(largestError(session.getParameters(), expected.kept[0]!.parameters, 1)).toBeLessThan(0.02)
  })
})
