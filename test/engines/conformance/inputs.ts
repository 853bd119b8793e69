/** For each sample the norms of the gradient of its loss and of the Jacobian of its outputs with respect to its input. */
import { describe, expect, test } from 'vitest'
import { largestError } from '../../golden/closeness'
import { golden, goldenSamples, layerGroups } from '../../golden/golden'
import { open, repeated, tolerances, type Subject } from './subject'

const set = 'training'

export function inputGradientsConform(subject: Subject): void {
  describe.each(layerGroups)('%s', (group) => {
    test.each(golden(`layers/${group}`))(
      '$name: norms of the gradients with respect to each input',
      async (expected) => {
        const session = open(subject, expected)
        for (const of of ['loss', 'output'] as const) {
          const { mean, norms } = await session.curvature.inputGradientNorms({ set }, of)
          expect(largestError(norms, expected.inputGradients[of])).toBeLessThan(tolerances.float64)
          expect(mean).toBeCloseTo(norms.reduce((sum, value) => sum + value, 0) / norms.length, 12)
        }
        session.dispose()
      },
    )
  })

  test('a sample has the same norm among many as alone, and the first ones can be asked for', async () => {
    for (const expected of golden('layers/pooling')) {
      const samples = repeated(goldenSamples(expected), 300)
      const session = open({ ...subject, threads: 2 }, expected, { samples })
      for (const of of ['loss', 'output'] as const) {
        const single = expected.inputGradients[of]
        const { norms } = await session.curvature.inputGradientNorms({ set }, of)
        expect(norms.length).toBe(300 * single.length)
        expect(largestError(norms.slice(-single.length), single)).toBeLessThan(tolerances.float64)
        const first = await session.curvature.inputGradientNorms({ set, samples: 2 }, of)
        expect(first.norms).toEqual(norms.slice(0, 2))
      }
      session.dispose()
    }
  })
}
