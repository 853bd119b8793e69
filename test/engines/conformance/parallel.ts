/** Many sessions at once, several threads for one, samples that sessions share: none of it changes a number. */
import { expect, test } from 'vitest'
import type { TrainProgress } from '../../../electron/engines/engine'
import { trainMany } from '../../../electron/engines/train-many'
import { golden, goldenSamples, type OptimizerCase } from '../../golden/golden'
import { course, joinReports, plainTraining } from '../training'
import { dropoutKeyOf, open, repeated, type Subject } from './subject'

const shuffleKey = [9, 9] as const

function prepared(subject: Subject, expected: OptimizerCase, times = 1) {
  const samples = repeated(goldenSamples(expected), times)
  const session = open(subject, expected, { optimizer: expected.optimizer, samples })
  const options = { ...plainTraining, epochs: 10, batchSize: expected.batchSize * times, shuffleKey }
  return { session, options }
}

async function trained(subject: Subject, expected: OptimizerCase, times = 1) {
  const { session, options } = prepared(subject, expected, times)
  const { batchLoss, gradientNorm } = await course(session, options)
  const parameters = session.getParameters64()
  session.dispose()
  return { batchLoss, gradientNorm, parameters }
}

export function parallelConforms(subject: Subject): void {
  const cases = golden('optimizers')

  test('trainings at the same time give bit for bit what they give one after the other', async () => {
    const jobs = [...cases, ...cases].map((expected) => prepared(subject, expected))
    const reports: TrainProgress[][] = jobs.map(() => [])
    const results = await trainMany(jobs, { threads: 3, onProgress: (job, progress) => reports[job]!.push(progress) })
    for (const [i, { session }] of jobs.entries()) {
      const alone = await trained(subject, cases[i % cases.length]!)
      expect(results[i]).toEqual({ reason: 'finished', step: alone.batchLoss.length, epoch: 10 })
      const { batchLoss, gradientNorm } = joinReports(reports[i]!)
      expect({ batchLoss, gradientNorm, parameters: session.getParameters64() }).toEqual(alone)
      session.dispose()
    }
  })

  test('a training that cannot begin leaves those beside it alone', async () => {
    const jobs = cases.slice(0, 4).map((expected) => prepared(subject, expected))
    jobs[1]!.options = { ...jobs[1]!.options, evaluateEveryEpochs: -1 }
    const results = await trainMany(jobs, { threads: 2 })
    expect(results.map(({ reason }) => reason)).toEqual(['finished', 'failed', 'finished', 'finished'])
    expect(results[1]).toMatchObject({ error: { code: 'argument/invalid' } })
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
