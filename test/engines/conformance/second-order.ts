/** Optimisers that take the whole set in each step: where PyTorch's L-BFGS ends, and the steps of a reference of Levenberg-Marquardt. */
import { expect, test } from 'vitest'
import { largestError, vectorError } from '../../golden/closeness'
import { golden, type EndCase, type MarquardtCase } from '../../golden/golden'
import { course } from '../training'
import { open, sampleCount, singleTolerance, type Subject } from './subject'

export function secondOrderConforms(subject: Subject): void {
  test.each(golden('lbfgs'))('L-BFGS on $name: the loss falls to where that of PyTorch ends', (expected) =>
    lbfgsConforms(subject, expected),
  )

  test.each(golden('levenberg-marquardt'))('Levenberg-Marquardt with $name follows the reference', (expected) =>
    marquardtConforms(subject, expected),
  )
}

async function lbfgsConforms(subject: Subject, expected: EndCase): Promise<void> {
  const optimizer = { type: 'lbfgs', learningRate: 1, history: 10 } as const
  const session = open(subject, expected, { optimizer })
  const { batchLoss, gradientNorm } = await course(session, { epochs: 500, batchSize: sampleCount(expected) })
  const single = 1e-6
  for (let i = 1; i < batchLoss.length; i++) {
    expect(batchLoss[i]! - batchLoss[i - 1]!).toBeLessThanOrEqual(single * batchLoss[i - 1]!)
  }
  const { loss } = session.evaluate('training')
  const precise = subject.precision === 'float64'
  // The first two have one minimum; a network with more parameters than it needs has many that are as good as zero.
  if (expected.model.layers.length === 1) {
    expect(largestError([loss], [expected.endLoss])).toBeLessThan(precise ? 1e-10 : 1e-5)
    // Newton-like: it gets there in some times the number of parameters, not in hundreds of steps.
    expect(gradientNorm[60] ?? gradientNorm.at(-1)).toBeLessThan(precise ? 1e-6 : 1e-3)
  } else {
    expect(loss).toBeLessThan(precise ? 1e-4 : 1e-3)
  }
  session.dispose()
}

async function marquardtConforms(subject: Subject, expected: MarquardtCase): Promise<void> {
  const session = open(subject, expected, { optimizer: expected.optimizer })
  const precise = subject.precision === 'float64'
  const losses: number[] = []
  let step = 0
  for (const kept of expected.kept) {
    const part = await course(session, { epochs: kept.step - step, batchSize: sampleCount(expected) })
    step = kept.step
    losses.push(...part.batchLoss)
    // Each step solves a system whose condition is up to 1e5.
    const tolerance = precise ? 1e-9 : 1e-3
    expect(vectorError(expected.model, session.getParameters64(), kept.parameters)).toBeLessThan(tolerance)
  }
  expect(largestError(losses, expected.batchLoss)).toBeLessThan(precise ? singleTolerance : 1e-4)
  session.dispose()
}
