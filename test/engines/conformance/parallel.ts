/** Many sessions at once, several threads for one, samples that sessions share: none of it changes a number. */
import { expect, test } from 'vitest'
import { golden, goldenSamples, type OptimizerCase } from '../../golden/golden'
import { course } from '../training'
import { dropoutKeyOf, open, repeated, type Subject } from './subject'

const shuffleKey = [9, 9] as const

async function trained(subject: Subject, expected: OptimizerCase, times = 1) {
  const samples = repeated(goldenSamples(expected), times)
  const session = open(subject, expected, { optimizer: expected.optimizer, samples })
  const { batchLoss, gradientNorm } = await course(session, {
    epochs: 10,
    batchSize: expected.batchSize * times,
    shuffleKey,
  })
  const parameters = session.getParameters64()
  session.dispose()
  return { batchLoss, gradientNorm, parameters }
}

export function parallelConforms(subject: Subject): void {
  const cases = golden('optimizers')

  test('trainings at the same time give bit for bit what they give one after the other', async () => {
    const many = [...cases, ...cases]
    const together = await Promise.all(many.map((expected) => trained(subject, expected)))
    for (const [i, expected] of cases.entries()) {
      const alone = await trained(subject, expected)
      expect(together[i]).toEqual(alone)
      expect(together[i + cases.length]).toEqual(alone)
    }
  })

  test('two threads give bit for bit what one gives', async () => {
    for (const expected of cases) {
      const one = await trained({ ...subject, threads: 1 }, expected, 100)
      expect(await trained({ ...subject, threads: 2 }, expected, 100)).toEqual(one)
    }
  })

  test('two threads have the same masks and batch statistics as one', async () => {
    for (const expected of [...golden('layers/dropout'), ...golden('layers/batch-norm')]) {
      const ends = []
      for (const threads of [1, 2]) {
        const samples = repeated(goldenSamples(expected), 60)
        const session = open({ ...subject, threads }, expected, {
          optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0 },
          samples,
        })
        await course(session, { epochs: 2, batchSize: 150, ...dropoutKeyOf(expected) })
        ends.push([...session.getParameters64(), ...session.getBuffers()])
        session.dispose()
      }
      expect(ends[1]).toEqual(ends[0])
    }
  })

  test('shared samples are as good as own ones, and outlive the session they came from', async () => {
    const expected = cases[0]!
    const { optimizer, batchSize } = expected
    const own = open(subject, expected, { optimizer })
    const giver = open(subject, expected, { optimizer })
    const borrower = open(subject, expected, { optimizer })
    for (const set of ['training', 'test'] as const) borrower.shareSamples(set, giver)
    giver.dispose()
    const end = await course(borrower, { epochs: 5, batchSize, evaluateEveryEpochs: 1 })
    const same = await course(own, { epochs: 5, batchSize, evaluateEveryEpochs: 1 })
    expect({ ...end, reports: [] }).toEqual({ ...same, reports: [] })
  })

  test('samples of another shape are not shared', () => {
    const [a, b] = [
      cases.find(({ model }) => model.inputSize === 2)!,
      cases.find(({ model }) => model.inputSize === 3)!,
    ]
    const session = open(subject, a)
    const shared = () => session.shareSamples('training', open(subject, b))
    expect(shared).toThrow(expect.objectContaining({ code: 'engine/bad-data' }))
  })
}
