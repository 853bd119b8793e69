/** Courses of 200 steps of every optimiser that takes minibatches, with weight decay and every schedule. */
import { expect, test } from 'vitest'
import { initialParameters } from '../../../shared/models/initialization'
import { randomKey } from '../../../shared/random'
import { largestError, vectorError } from '../../golden/closeness'
import { golden, type OptimizerCase } from '../../golden/golden'
import { course } from '../training'
import { open, singleTolerance, tolerances, type Subject } from './subject'

/**
 * How far two exact implementations drift apart: each step rounds, and the course multiplies what was rounded. The golden courses
 * carry that factor (`growth`, at most 5.3 over 200 steps), so in float64 the last parameters still agree to 1e-10. In float32 the same
 * arithmetic gives some 200 · 6e-8 · 5; the first step keeps the tolerance of a gradient.
 */
const driftTolerances = { float64: 1e-10, float32: 1e-4 }

export function optimizersConform(subject: Subject): void {
  const { precision } = subject
  const drift = driftTolerances[precision]

  test.each(golden('optimizers'))('$name: losses, norms and weights of 200 steps are those of PyTorch', (expected) =>
    courseConforms(subject, expected),
  )

  test('200 shuffled Adam steps of the 571-parameter network follow PyTorch in float64 from the same start', async () => {
    const expected = golden('adam-571')
    const parameters = [...initialParameters(expected.model, expected.seed)]
    const session = open(subject, { ...expected, parameters }, { optimizer: expected.optimizer })
    const shuffleKey = randomKey(expected.seed, 'shuffle')
    const { batchLoss, gradientNorm } = await course(session, { epochs: 50, batchSize: expected.batchSize, shuffleKey })
    const last = vectorError(expected.model, session.getParameters64(), expected.kept[0]!.parameters)
    if (precision === 'float64') {
      expect(largestError(batchLoss, expected.batchLoss)).toBeLessThan(singleTolerance)
      expect(largestError(gradientNorm, expected.gradientNorm)).toBeLessThan(singleTolerance)
      expect(last).toBeLessThan(drift)
      return
    }
    // Where rounding decides the sign of a unit's input, courses part for good: 50 steps to 1e-4, all to 2 %.
    expect(largestError(batchLoss.slice(0, 50), expected.batchLoss.slice(0, 50), 0)).toBeLessThan(1e-4)
    expect(largestError(gradientNorm.slice(0, 50), expected.gradientNorm.slice(0, 50), 0)).toBeLessThan(1e-3)
    expect(largestError(batchLoss, expected.batchLoss, 0)).toBeLessThan(0.02)
  })
}

async function courseConforms(subject: Subject, expected: OptimizerCase): Promise<void> {
  const { precision } = subject
  const session = open(subject, expected, { optimizer: expected.optimizer })
  const losses: number[] = []
  const norms: number[] = []
  let step = 0
  for (const kept of expected.kept) {
    const part = await course(session, { epochs: 100, batchSize: expected.batchSize, maxSteps: kept.step - step })
    step = kept.step
    losses.push(...part.batchLoss)
    norms.push(...part.gradientNorm)
    const tolerance = step === 1 ? tolerances[precision] : driftTolerances[precision]
    expect(vectorError(expected.model, session.getParameters64(), kept.parameters)).toBeLessThan(tolerance)
  }
  const reported = precision === 'float64' ? singleTolerance : 1e-4
  expect(largestError(losses, expected.batchLoss)).toBeLessThan(reported)
  expect(largestError(norms, expected.gradientNorm)).toBeLessThan(reported)
  session.dispose()
}
