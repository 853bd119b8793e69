/** The engine's contract: what a training reports, how it is interrupted, how it ends, and which errors a caller sees. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { loadEngine } from '../../../electron/engines'
import { coreCount } from '../../../electron/host/cores'
import type { TrainProgress } from '../../../electron/engines/engine'
import { isLabError } from '../../../shared/api/errors'
import { parameterCount } from '../../../shared/models/model'
import { randomKey } from '../../../shared/random'
import {
  course,
  denseModel,
  joinReports,
  levels,
  openSession,
  plainTraining,
  randomSamples,
} from '../../native/sessions'

const model = denseModel([2, 6, 1], 'tanh')
const classifier = denseModel([3, 8, 4], 'relu')

function regression(samples = 50, simd?: (typeof levels)[number]) {
  const session = openSession({ model, simd })
  session.setSamples('training', randomSamples(model, 'mean-squared-error', samples))
  session.setSamples('test', randomSamples(model, 'mean-squared-error', 20, 2))
  session.setProbe(Float32Array.of(0, 0, 1, -1, 0.5, 2))
  return session
}

function codeOf(call: () => unknown) {
  try {
    call()
  } catch (error) {
    return isLabError(error) ? error.code : error
  }
  return 'no error'
}

afterEach(() => vi.unstubAllEnvs())

describe('loading', () => {
  test('the engine says what it computes with', () => {
    expect(loadEngine().info).toMatchObject({ name: 'native', threads: coreCount() })
    expect(levels).toContain(loadEngine().info.simd)
    expect(loadEngine({ simd: 'baseline' }).info.simd).toBe('baseline')
  })

  test('an addon that is not there, or is no addon, is reported with what to do', () => {
    vi.stubEnv('BASIN_ADDON', '/nowhere/basin.node')
    expect(() => loadEngine()).toThrow(/BASIN_ADDON.*npm run build:native/)
    expect(codeOf(loadEngine)).toBe('engine/unavailable')
    vi.stubEnv('BASIN_ADDON', __filename)
    expect(codeOf(loadEngine)).toBe('engine/unavailable')
  })
})

describe('a training', () => {
  test('reports every step and epoch once, whatever the pace of the reports', async () => {
    const steps = 7 * 40
    const slow = await course(regression(), { epochs: 40, progressEveryMs: 1e6 })
    const quick = await course(regression(), { epochs: 40, progressEveryMs: 0 })
    expect(slow.reports.length).toBe(1)
    expect(slow.result).toEqual({ reason: 'finished', step: steps, epoch: 40 })
    expect(quick.result).toEqual(slow.result)
    expect(slow.batchLoss.length).toBe(steps)
    expect(slow.gradientNorm.length).toBe(steps)
    expect(slow.epochSteps).toEqual(Array.from({ length: 40 }, (_, i) => 7 * (i + 1)))
    expect(joinReports(quick.reports)).toEqual(joinReports(slow.reports))
  })

  test('numbers its reports so that they join without a gap, each with the steps and epochs done by then', async () => {
    const session = regression(500)
    const { reports, result } = await course(session, { epochs: 300, progressEveryMs: 0 })
    let next = 1
    for (const report of reports) {
      if (report.batchLoss.length > 0) expect(report.firstStep).toBe(next)
      next += report.batchLoss.length
      expect(report.step).toBe(next - 1)
      expect(report.gradientNorm.length).toBe(report.batchLoss.length)
    }
    expect(next - 1).toBe(result.step)
    const epochs = reports.map((report) => report.epoch)
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b))
    expect(epochs.at(-1)).toBe(300)
  })

  test('the training loss of an epoch is the mean of its batches weighted by samples', async () => {
    const { batchLoss, trainLoss, trainAccuracy } = await course(regression(), { epochs: 1 })
    const sizes = [8, 8, 8, 8, 8, 8, 2]
    const mean = batchLoss.reduce((sum, loss, i) => sum + loss * sizes[i]!, 0) / 50
    expect(trainLoss[0]).toBeCloseTo(mean, 6)
    expect(trainAccuracy).toEqual([NaN])
  })

  test('evaluates the test set at the epochs asked for and after the last', async () => {
    const session = regression()
    const { testSteps, testLoss } = await course(session, { epochs: 8, evaluateEveryEpochs: 3 })
    expect(testSteps).toEqual([3 * 7, 6 * 7, 8 * 7])
    expect(testLoss.at(-1)).toBe(session.evaluate('test').loss)
  })

  test('predicts at the probe before the first step and after the epochs asked for', async () => {
    const session = regression()
    const before = session.predict(Float32Array.of(0, 0, 1, -1, 0.5, 2))
    const { probes } = await course(session, { epochs: 6, probeEpochs: Uint32Array.of(0, 2, 6, 9) })
    expect(probes.map(({ step, epoch }) => [step, epoch])).toEqual([
      [0, 0],
      [14, 2],
      [42, 6],
    ])
    expect(probes[0]!.values).toEqual(before)
    expect(probes[2]!.values).toEqual(session.predict(Float32Array.of(0, 0, 1, -1, 0.5, 2)))
  })

  test('ends after maxSteps in the middle of an epoch, with an evaluation of where it stands', async () => {
    const { result, testSteps } = await course(regression(), { epochs: 5, maxSteps: 10, evaluateEveryEpochs: 5 })
    expect(result).toEqual({ reason: 'finished', step: 10, epoch: 1 })
    expect(testSteps).toEqual([10])
  })

  test('a full batch is one step an epoch with the gradient of the whole set, shuffled or not', async () => {
    const plain = regression(700)
    const gradient = plain.gradient('training')
    const norm = Math.hypot(...gradient)
    const first = await course(plain, { epochs: 3, batchSize: 700 })
    const shuffled = await course(regression(700), { epochs: 3, batchSize: 1e6, shuffleKey: randomKey(1, 'shuffle') })
    expect(first.result.step).toBe(3)
    expect(first.gradientNorm[0]! / norm).toBeCloseTo(1, 5)
    expect(shuffled.batchLoss).toEqual(first.batchLoss)
  })

  test('learns: the loss of a function falls by a factor of ten', async () => {
    const inputs = Float32Array.from({ length: 200 }, (_, i) => i / 100 - 1)
    const session = openSession({ model: denseModel([1, 16, 1], 'tanh') })
    session.setSamples('training', { inputs, values: inputs.map((x) => Math.sin(3 * x)) })
    const before = session.evaluate('training').loss
    await course(session, { epochs: 200, batchSize: 20, shuffleKey: randomKey(1, 'shuffle') })
    expect(session.evaluate('training').loss).toBeLessThan(before / 10)
  })

  test('a classifier reports its accuracy while training and on the test set', async () => {
    const session = openSession({ model: classifier, loss: 'softmax-cross-entropy' })
    const samples = randomSamples(classifier, 'softmax-cross-entropy', 120)
    session.setSamples('training', samples)
    session.setSamples('test', samples)
    const { trainAccuracy, testAccuracy } = await course(session, { epochs: 60, evaluateEveryEpochs: 60 })
    expect(trainAccuracy.every((share) => share >= 0 && share <= 1)).toBe(true)
    expect(trainAccuracy.at(-1)).toBeGreaterThan(trainAccuracy[0]!)
    expect(testAccuracy).toEqual([session.evaluate('test').accuracy])
    const outputs = session.predict(samples.inputs)
    const right = [...samples.labels!].filter((label, i) => {
      const row = [...outputs.subarray(4 * i, 4 * i + 4)]
      return row.indexOf(Math.max(...row)) === label
    })
    expect(testAccuracy[0]).toBeCloseTo(right.length / 120, 12)
  })
})

describe('the same numbers', () => {
  const shuffleKey = randomKey(6, 'shuffle')
  const options = { epochs: 30, shuffleKey, evaluateEveryEpochs: 7 }

  test.each(levels)('come out bit for bit on %s with the same seed, others with another', async (simd) => {
    const runs = []
    for (const key of [shuffleKey, shuffleKey, randomKey(7, 'shuffle')]) {
      const session = regression(50, simd)
      const { batchLoss, gradientNorm, testLoss } = await course(session, { ...options, shuffleKey: key })
      runs.push({ batchLoss, gradientNorm, testLoss, parameters: session.getParameters() })
    }
    expect(runs[1]).toEqual(runs[0])
    expect(runs[2]!.batchLoss).not.toEqual(runs[0]!.batchLoss)
  })

  test('come out when the training is paused, stopped and taken up again', async () => {
    const whole = regression()
    const expected = await course(whole, options)
    const parts = regression()
    const first = await course(parts, { ...options, maxSteps: 17 })
    const second = await course(parts, { ...options, epochs: 3, evaluateEveryEpochs: 0 })
    const third = await course(parts, { ...options, epochs: 25 })
    expect(second.result.epoch).toBe(5)
    expect(third.result).toEqual(expected.result)
    expect([...first.batchLoss, ...second.batchLoss, ...third.batchLoss]).toEqual(expected.batchLoss)
    expect([...first.trainLoss, ...second.trainLoss, ...third.trainLoss]).toEqual(expected.trainLoss)
    expect(parts.getParameters()).toEqual(whole.getParameters())
  })

  test('come out of evaluations and predictions in between', async () => {
    const plain = await course(regression(), { epochs: 10, batchSize: 50 })
    const session = regression()
    const losses: number[] = []
    for (let epoch = 0; epoch < 10; epoch++) {
      losses.push(...(await course(session, { batchSize: 50 })).batchLoss)
      session.evaluate('test')
      session.predict(Float32Array.of(1, 2))
    }
    expect(losses).toEqual(plain.batchLoss)
  })
})

/** A training that would take hours, once it has reported. */
async function endless(onReport?: (report: TrainProgress) => void) {
  const session = regression(1000)
  const reports: TrainProgress[] = []
  let started = () => {}
  const first = new Promise<void>((resolve) => (started = resolve))
  const end = session.train({ ...plainTraining, epochs: 1e9 }, (report) => {
    reports.push(report)
    onReport?.(report)
    started()
  })
  await first
  return { session, reports, end }
}

describe('an interruption', () => {
  test('stop ends the training with everything it did reported', async () => {
    const { session, reports, end } = await endless()
    session.stop()
    const result = await end
    expect(result.reason).toBe('stopped')
    expect(joinReports(reports).batchLoss.length).toBe(result.step)
    expect(session.getParameters().length).toBe(parameterCount(model))
  })

  test('pause holds the training still, resume lets it go on', async () => {
    const { session, reports, end } = await endless()
    session.pause()
    // The report with the last step before the pause arrives, and then nothing more.
    let before = -1
    while (before !== reports.length) {
      before = reports.length
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    const step = reports.at(-1)!.step
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(reports.at(-1)!.step).toBe(step)
    session.resume()
    while (reports.at(-1)!.step === step) await new Promise((resolve) => setTimeout(resolve, 5))
    session.stop()
    expect((await end).step).toBe(joinReports(reports).batchLoss.length)
  })

  test('stop ends a training that is paused', async () => {
    const { session, end } = await endless()
    session.pause()
    session.stop()
    expect((await end).reason).toBe('stopped')
  })

  test('does no harm when nothing trains', () => {
    const session = regression()
    session.pause()
    session.resume()
    session.stop()
    expect(session.evaluate('test').loss).toBeGreaterThan(0)
  })

  test('what onProgress throws stops the training and is what train rejects with', async () => {
    const session = regression(1000)
    const mistake = new Error('no room')
    const end = session.train({ ...plainTraining, epochs: 1e9 }, () => {
      throw mistake
    })
    await expect(end).rejects.toBe(mistake)
    expect(session.getParameters().length).toBe(parameterCount(model))
  })

  test('a session disposed of while training ends as stopped, and says so afterwards', async () => {
    const { session, end } = await endless()
    session.dispose()
    expect((await end).reason).toBe('stopped')
    expect(codeOf(() => session.getParameters())).toBe('argument/invalid')
    session.dispose()
  })
})

describe('a divergence', () => {
  test('ends the training at its step, which is reported, and keeps the parameters before it', async () => {
    const steep = openSession({ model, optimizer: { type: 'sgd', learningRate: 1e5, momentum: 0 } })
    steep.setSamples('training', randomSamples(model, 'mean-squared-error', 50))
    const { result, batchLoss, gradientNorm } = await course(steep, { epochs: 1000 })
    expect(result.reason).toBe('diverged')
    expect(batchLoss.length).toBe(result.step)
    const finite = batchLoss.map((loss, i) => Number.isFinite(loss) && Number.isFinite(gradientNorm[i]))
    expect(finite.indexOf(false)).toBe(result.step - 1)
    expect([...steep.getParameters()].every(Number.isFinite)).toBe(true)
  })

  test.each(levels)('parameters that are not numbers end it at the first step on %s', async (simd) => {
    for (const activation of ['relu', 'tanh', 'softmax', 'softplus', 'gelu', 'sin', 'sigmoid'] as const) {
      for (const loss of ['mean-squared-error', 'softmax-cross-entropy'] as const) {
        const network = denseModel([3, 8, 4], activation)
        const session = openSession({ model: network, loss, simd })
        session.setSamples('training', randomSamples(network, loss, 10))
        const parameters = session.getParameters()
        parameters[5] = NaN
        session.setParameters(parameters)
        const { result } = await course(session, {})
        expect([activation, loss, result.reason, result.step]).toEqual([activation, loss, 'diverged', 1])
        expect(session.getParameters()).toEqual(parameters)
      }
    }
  })
})

describe('what does not fit', () => {
  test('a model is refused with the layer named', () => {
    const layers = [...model.layers.slice(0, 1), { ...model.layers[1]!, units: 0 }]
    const open = () => openSession({ model: { ...model, layers }, seed: 1 })
    expect(open).toThrow(/layer1: units/)
    expect(codeOf(open)).toBe('engine/bad-model')
    expect(codeOf(() => openSession({ model: { ...model, layers: [] } }))).toBe('engine/bad-model')
  })

  test('a model too big for the machine is refused with the layer named, before anything is allocated', () => {
    const huge = denseModel([60_000, 65_000, 65_000, 65_000, 65_000, 65_000, 1], 'relu')
    const open = () =>
      loadEngine().createSession({
        model: huge,
        loss: 'mean-squared-error',
        optimizer: { type: 'sgd', learningRate: 1, momentum: 0 },
      })
    expect(open).toThrow(/layer\d would need [\d.]+ GB/)
    expect(codeOf(open)).toBe('engine/out-of-memory')
  })

  test.each([
    [
      'a part of a sample',
      { inputs: new Float32Array(3), values: new Float32Array(1) },
      /inputs.*multiple of 2, not 3/,
    ],
    ['no sample', { inputs: new Float32Array(0), values: new Float32Array(0) }, /inputs.*positive/],
    [
      'too few values',
      { inputs: new Float32Array(4), values: new Float32Array(1) },
      /values: 2 samples need 2 values, not 1/,
    ],
    ['no values', { inputs: new Float32Array(4) }, /values must be a Float32Array/],
    [
      'an infinite input',
      { inputs: Float32Array.of(0, 0, 0, Infinity), values: new Float32Array(2) },
      /inputs.*sample 1, position 1/,
    ],
    [
      'a value that is not a number',
      { inputs: new Float32Array(4), values: Float32Array.of(0, NaN) },
      /values.*sample 1/,
    ],
  ])('samples with %s are refused', (_, samples, message) => {
    const session = openSession({ model })
    expect(() => session.setSamples('training', samples)).toThrow(message)
    expect(codeOf(() => session.setSamples('training', samples))).toBe('engine/bad-data')
  })

  test('labels out of range or in the wrong number are refused', () => {
    const session = openSession({ model: classifier, loss: 'softmax-cross-entropy' })
    const inputs = new Float32Array(6)
    expect(() => session.setSamples('test', { inputs, labels: Uint8Array.of(3, 4) })).toThrow(
      /sample 1 has label 4.*4 outputs/,
    )
    expect(() => session.setSamples('test', { inputs, labels: Uint8Array.of(3) })).toThrow(
      /2 samples need as many labels, not 1/,
    )
  })

  test('asking for what has not been set is refused', async () => {
    const session = openSession({ model })
    expect(codeOf(() => session.evaluate('test'))).toBe('engine/bad-data')
    expect(codeOf(() => session.gradient('training'))).toBe('engine/bad-data')
    await expect(session.train(plainTraining, () => {})).rejects.toMatchObject({ code: 'engine/bad-data' })
    session.setSamples('training', randomSamples(model, 'mean-squared-error', 3))
    const evaluated = session.train({ ...plainTraining, evaluateEveryEpochs: 1 }, () => {})
    await expect(evaluated).rejects.toMatchObject({
      code: 'engine/bad-data',
      message: expect.stringMatching(/test samples/),
    })
    const probed = session.train({ ...plainTraining, probeEpochs: Uint32Array.of(1) }, () => {})
    await expect(probed).rejects.toMatchObject({ code: 'engine/bad-data', message: expect.stringMatching(/probe/) })
  })

  test('nothing else may be asked of a session while it trains', async () => {
    const { session, end } = await endless()
    for (const call of [
      () => session.getParameters(),
      () => session.setParameters(new Float32Array(25)),
      () => session.evaluate('training'),
      () => session.predict(new Float32Array(2)),
      () => session.gradient('training'),
      () => session.setSamples('training', randomSamples(model, 'mean-squared-error', 3)),
      () => session.setProbe(new Float32Array(2)),
    ]) {
      expect(call).toThrow('the session is training')
    }
    await expect(session.train(plainTraining, () => {})).rejects.toThrow('the session is training')
    session.stop()
    await end
  })
})
