/** A training in pieces is, to the bit, the training in one go; and who asks decides where the test set is evaluated. */
import { describe, expect, test } from 'vitest'
import type { TrainOptions } from '../../electron/engines/engine'
import { bufferCount } from '../../shared/models/model'
import { optimizerTypes, type OptimizerType } from '../../shared/models/optimizer'
import { randomKey } from '../../shared/random'
import { isFullBatch, modelFor, plain, scheduledOptimizer } from './eventful-trainings'
import { course, openSession, plainTraining, randomSamples } from './sessions'

const samples = 23
function setUp(type: OptimizerType) {
  const isFull = isFullBatch(type)
  const model = modelFor(type)
  const session = openSession({ model, optimizer: scheduledOptimizer(type, 60) })
  for (const set of ['training', 'test'] as const)
    session.setSamples(set, randomSamples(model, 'mean-squared-error', samples))
  const options: Partial<TrainOptions> = {
    batchSize: isFull ? samples : 5,
    ...(isFull ? {} : { shuffleKey: randomKey(1, 'shuffle'), dropoutKey: randomKey(1, 'dropout') }),
  }
  return { session, options, model }
}

const epochs = 12

describe.each(optimizerTypes)('training with %s', (type) => {
  test.each([1, 3, 5, 7])('in pieces of %i steps is the same', async (piece) => {
    const [whole, parts] = [setUp(type), setUp(type)]
    const all = { ...whole.options, epochs, evaluateEveryEpochs: 2, layerGradients: true }
    const expected = await course(whole.session, all)
    const lastStep = expected.result.step
    const pieces = []
    let at = { step: 0, epoch: 0 }
    while (at.step < lastStep) {
      const maxSteps = Math.min(piece, lastStep - at.step)
      const evaluateLast = at.step + maxSteps === lastStep
      pieces.push(await course(parts.session, { ...all, epochs: epochs - at.epoch, maxSteps, evaluateLast }))
      at = pieces.at(-1)!.result
      // Reading along the way changes nothing.
      parts.session.getParameters64()
      await parts.session.curvature.lossAndGradient({ set: 'training' })
    }
    expect(at).toEqual(expected.result)
    for (const name of [
      'batchLoss',
      'gradientNorm',
      'layerGradientNorm',
      'epochSteps',
      'trainLoss',
      'testSteps',
      'testLoss',
    ] as const)
      expect(pieces.flatMap((one) => one[name])).toEqual(expected[name])
    expect(expected.testSteps).toHaveLength(epochs / 2)
    expect(parts.session.getParameters64()).toEqual(whole.session.getParameters64())
    if (bufferCount(whole.model) > 0) expect(parts.session.getBuffers()).toEqual(whole.session.getBuffers())
    for (const { session } of [whole, parts]) session.dispose()
  })
})

test('the test set is evaluated before the first step and not at the end where that is asked for', async () => {
  const { session, options } = setUp('sgd')
  const before = session.evaluate('test').loss
  const some = await course(session, {
    ...options,
    epochs: 2,
    maxSteps: 7,
    evaluateEveryEpochs: 1,
    evaluateFirst: true,
    evaluateLast: false,
  })
  expect(some.testSteps).toEqual([0, 5])
  expect(some.testLoss[0]).toBe(before)
  const none = await course(session, { ...options, epochs: 0, evaluateFirst: true })
  expect([none.testSteps, none.testLoss]).toEqual([[7], [session.evaluate('test').loss]])
  session.dispose()
})

test('an evaluation before the first step needs a test set', async () => {
  const session = openSession({ model: plain })
  session.setSamples('training', randomSamples(plain, 'mean-squared-error', samples))
  const training = session.train({ ...plainTraining, evaluateFirst: true }, () => undefined)
  await expect(training).rejects.toMatchObject({ code: 'engine/bad-data' })
  session.dispose()
})
