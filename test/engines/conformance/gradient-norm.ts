/** Descent on half the squared gradient norm, whose gradient is H g. */
import { describe, expect, test } from 'vitest'
import type { EngineSession, GradientNormOptions, TrainProgress } from '../../../electron/engines/engine'
import { largestError, normError, vectorError } from '../../golden/closeness'
import { golden } from '../../golden/golden'
import { course, joinReports } from '../training'
import { open, sampleCount, singleTolerance, tolerances, type Subject } from './subject'

async function descent(session: EngineSession, options: Partial<GradientNormOptions>) {
  const reports: TrainProgress[] = []
  const result = await session.minimizeGradientNorm(
    { method: 'adam', targetNorm: 0, maxSteps: 1000, progressEveryMs: 1, ...options },
    (report) => reports.push(report),
  )
  return { result, ...joinReports(reports) }
}

const methods = ['adam', 'lbfgs', 'newton', 'levenberg-marquardt'] as const

export function gradientNormConforms(subject: Subject): void {
  const cases = golden('gradient-norm')

  test.each(cases)('$name: Adam goes where PyTorch goes with H g as gradient', async (expected) => {
    const session = open(subject, expected)
    const losses: number[] = []
    const norms: number[] = []
    // From the start each time: a new call is a new descent.
    for (const { step, parameters } of expected.kept) {
      session.setParameters(Float64Array.from(Float32Array.from(expected.parameters)))
      const part = await descent(session, { learningRate: expected.learningRate, maxSteps: step })
      expect(part.result).toMatchObject({ reason: 'finished', steps: step })
      losses.splice(0, losses.length, ...part.batchLoss)
      norms.splice(0, norms.length, ...part.gradientNorm)
      // A session in float32 rounds what it is handed back.
      const tolerance = tolerances[subject.precision]
      expect(vectorError(expected.model, session.getParameters64(), parameters)).toBeLessThan(tolerance)
    }
    expect(largestError(losses.slice(0, expected.batchLoss.length), expected.batchLoss)).toBeLessThan(singleTolerance)
    expect(largestError(norms.slice(0, expected.gradientNorm.length), expected.gradientNorm)).toBeLessThan(
      singleTolerance,
    )
  })

  describe.each(methods)('%s', (method) => {
    test.each(cases)('$name: lowers the norm, and reports what is there', async (expected) => {
      const session = open(subject, expected, { optimizer: { type: 'sgd', learningRate: 0.2, momentum: 0.9 } })
      await course(session, { epochs: 300, batchSize: sampleCount(expected) })
      const before = Math.hypot(...(await session.curvature.lossAndGradient({ set: 'training' })).gradient)
      // Not every start leads to a point without a gradient: whether this one did is for the result to say.
      const target = before / 100
      const maxSteps = method === 'adam' ? 5000 : 500
      const { result, gradientNorm } = await descent(session, {
        method,
        learningRate: 1e-3,
        targetNorm: target,
        maxSteps,
      })
      expect(gradientNorm[0]! / before).toBeCloseTo(1, 5)
      // Adam with a constant rate may go round a point that it was near to at the start.
      if (method !== 'adam') expect(result.gradientNorm).toBeLessThan(before)
      expect(result.reason === 'reached').toBe(result.gradientNorm <= target)
      expect(result.reason === 'finished').toBe(result.steps === maxSteps)
      if (subject.precision === 'float32') return
      const { loss, gradient } = await session.curvature.lossAndGradient({ set: 'training' })
      expect(largestError([result.loss], [loss])).toBeLessThan(1e-12)
      expect(Math.abs(Math.hypot(...gradient) - result.gradientNorm)).toBeLessThan(1e-12)
    })
  })

  test('newton converges quadratically near a point where the gradient vanishes', async () => {
    const session = open(
      subject,
      cases.find(({ name }) => name === 'convolution')!,
    )
    const near = await descent(session, { method: 'levenberg-marquardt', targetNorm: 1e-4, maxSteps: 2000 })
    expect(near.result.reason).toBe('reached')
    const { result } = await descent(session, { method: 'newton', targetNorm: 1e-10, maxSteps: 6 })
    expect(result.reason).toBe('reached')
  })

  test('nothing is done where the norm has been reached', async () => {
    const session = open(subject, cases[0]!)
    const before = session.getParameters64()
    const { result } = await descent(session, { targetNorm: 100 })
    expect(result).toMatchObject({ reason: 'reached', steps: 0 })
    expect(normError(session.getParameters64(), before)).toBe(0)
  })
}
