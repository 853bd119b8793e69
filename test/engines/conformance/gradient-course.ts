/** Gradient norms along a training: of each batch, of single layers, of all samples. */
import { expect, test } from 'vitest'
import { initialParameters } from '../../../shared/models/initialization'
import { parameterLayout } from '../../../shared/models/model'
import { randomKey } from '../../../shared/random'
import { largestError } from '../../golden/closeness'
import { golden } from '../../golden/golden'
import { course } from '../training'
import { open, type Subject } from './subject'

/** What is reported step by step is kept in float32, whatever it was computed in; courses in float32 also drift apart. */
const tolerances = { float64: 2e-7, float32: 2e-5 }

export function gradientCourseConforms(subject: Subject): void {
  test.each(golden('gradient-courses'))(
    '$name: norms of batches, of layers and of all samples are those of PyTorch, step by step',
    async (expected) => {
      const { model, seed, optimizer, batchSize, fullEvery } = expected
      const parameters = [...initialParameters(model, seed)]
      const session = open(subject, { ...expected, parameters }, { optimizer })
      const options = { epochs: 1000, maxSteps: fullEvery, batchSize, shuffleKey: randomKey(seed, 'shuffle') }
      const [losses, norms, layers, full]: number[][] = [[], [], [], []]
      while (norms!.length < expected.gradientNorm.length) {
        const { gradient } = await session.curvature.lossAndGradient({ set: 'training' })
        full!.push(Math.hypot(...gradient))
        const part = await course(session, { ...options, layerGradients: true })
        losses!.push(...part.batchLoss)
        norms!.push(...part.gradientNorm)
        layers!.push(...part.reports.flatMap(({ layerGradientNorm }) => [...layerGradientNorm!]))
      }
      const steps = expected.gradientNorm.length
      const tolerance = tolerances[subject.precision]
      expect(largestError(losses!.slice(0, steps), expected.batchLoss)).toBeLessThan(tolerance)
      expect(largestError(norms!.slice(0, steps), expected.gradientNorm)).toBeLessThan(tolerance)
      const count = parameterLayout(model).length
      expect(largestError(layers!.slice(0, steps * count), expected.layerNorms)).toBeLessThan(tolerance)
      expect(full!.map((_, i) => 1 + i * fullEvery)).toEqual(expected.fullSteps)
      expect(largestError(full!, expected.fullNorms)).toBeLessThan(tolerance)
      session.dispose()
    },
  )
}
