/** What a session's training goes on from: given to another session, the rest comes out the same to the bit. */
import { describe, expect, test } from 'vitest'
import { loadEngine } from '../../electron/engines'
import type { EngineSession, Precision, TrainOptions } from '../../electron/engines/engine'
import { initialParameters } from '../../shared/models/initialization'
import type { Layer, Model } from '../../shared/models/model'
import { optimizerTypes, type OptimizerType } from '../../shared/models/optimizer'
import { randomKey } from '../../shared/random'
import { dense, isFullBatch, modelFor, scheduledOptimizer, withChance } from './eventful-trainings'
import { course, plainTraining, randomSamples } from './sessions'

const samples = 23
const batchSize = 5
const half = 52

interface SetUp {
  type: OptimizerType
  precision?: Precision
  threads?: number
  model?: Model
  count?: number
}

function openWith({ type, precision = 'float32', threads = 1, model, count = samples }: SetUp): EngineSession {
  const chosen = model ?? modelFor(type)
  const optimizer = scheduledOptimizer(type, 90)
  const session = loadEngine().createSession({
    model: chosen,
    loss: 'mean-squared-error',
    optimizer,
    precision,
    threads,
  })
  for (const set of ['training', 'test'] as const)
    session.setSamples(set, randomSamples(chosen, 'mean-squared-error', count))
  // In float64, so that a session in float32 has more to keep than it computes with.
  session.setParameters(Float64Array.from(initialParameters(chosen, 1), (value) => value * (1 + 1e-12)))
  return session
}

const optionsOf = (type: OptimizerType): TrainOptions => ({
  ...plainTraining,
  epochs: 1000,
  batchSize: isFullBatch(type) ? samples : batchSize,
  evaluateEveryEpochs: 3,
  evaluateLast: false,
  layerGradients: true,
  ...(!isFullBatch(type) && { shuffleKey: randomKey(1, 'shuffle'), dropoutKey: randomKey(1, 'dropout') }),
})

const seriesNames = [
  'batchLoss',
  'gradientNorm',
  'layerGradientNorm',
  'epochSteps',
  'trainLoss',
  'testSteps',
  'testLoss',
] as const

const stateOf = (session: EngineSession) => session.getState(Infinity)!

describe.each(optimizerTypes)('a training with %s', (type) => {
  test.each([
    ['float32', 1],
    ['float32', 2],
    ['float64', 1],
    ['float64', 2],
  ] as const)('goes on in another session, in %s with %i threads', async (precision, threads) => {
    const [whole, first] = [openWith({ type, precision, threads }), openWith({ type, precision, threads })]
    const options = optionsOf(type)
    const expected = await course(whole, { ...options, maxSteps: 2 * half })
    const begun = await course(first, { ...options, maxSteps: half })
    // In the middle of an epoch: 52 steps are 10 epochs of 5 batches and 2.
    if (!isFullBatch(type)) expect(begun.result).toEqual({ reason: 'finished', step: half, epoch: 10 })
    const state = stateOf(first)
    first.dispose()
    const second = openWith({ type, precision, threads: 3 - threads })
    // It may have been anywhere before.
    await course(second, { ...options, maxSteps: 3 })
    second.setState(state)
    expect(stateOf(second)).toEqual(state)
    const rest = await course(second, { ...options, maxSteps: half })
    expect(rest.result).toEqual(expected.result)
    for (const name of seriesNames) expect([begun, rest].flatMap((part) => part[name])).toEqual(expected[name])
    expect(stateOf(second)).toEqual(stateOf(whole))
    expect(second.getParameters64()).toEqual(whole.getParameters64())
    for (const session of [whole, second]) session.dispose()
  })
})

test('weights that have not changed yet keep all their digits', () => {
  const [one, other] = [openWith({ type: 'adam' }), openWith({ type: 'adam' })]
  other.setParameters(new Float32Array(other.parameterCount))
  other.setState(stateOf(one))
  expect(other.getParameters64()).toEqual(one.getParameters64())
  for (const session of [one, other]) session.dispose()
})

describe('a state', () => {
  const refused = async (setUp: SetUp, state: Uint8Array, message: RegExp) => {
    const session = openWith(setUp)
    await course(session, { ...optionsOf(setUp.type), maxSteps: 3 })
    const before = stateOf(session)
    const expected = { code: 'engine/bad-data', message: expect.stringMatching(message) }
    expect(() => session.setState(state)).toThrow(expect.objectContaining(expected))
    expect(stateOf(session)).toEqual(before)
    session.dispose()
  }

  test('of something else is refused, with the reason, and changes nothing', async () => {
    const session = openWith({ type: 'adam' })
    const state = stateOf(session)
    const wider = { ...withChance, layers: [dense(7), ...withChance.layers.slice(1)] }
    const bent: Layer = { type: 'dense', units: 6, activation: 'relu' }
    const otherwise = { ...withChance, layers: [bent, ...withChance.layers.slice(1)] }
    await refused({ type: 'adam', model: wider }, state, /another model/)
    await refused({ type: 'adam', model: otherwise }, state, /another model/)
    await refused({ type: 'adamw' }, state, /another optimizer/)
    await refused({ type: 'adam', precision: 'float64' }, state, /another precision/)
    await refused({ type: 'adam', count: samples + 1 }, state, /training samples that it was taken with, 23/)
    session.dispose()
  })

  test('that is damaged anywhere or cut off anywhere is refused', async () => {
    const session = openWith({ type: 'sgd' })
    const state = stateOf(session)
    for (let at = 0; at < state.length; at++) {
      const damaged = state.slice()
      damaged[at]! ^= 1 << (at % 8)
      expect(() => session.setState(damaged)).toThrow(expect.objectContaining({ code: 'engine/bad-data' }))
      expect(() => session.setState(state.slice(0, at))).toThrow(expect.objectContaining({ code: 'engine/bad-data' }))
    }
    await refused({ type: 'sgd' }, new Uint8Array(state.length), /this is none/)
    expect(stateOf(session)).toEqual(state)
    session.dispose()
  })

  test('that is too large for who asks is not made', () => {
    const session = openWith({ type: 'sgd' })
    const { length } = stateOf(session)
    expect(session.getState(length)).toHaveLength(length)
    expect(session.getState(length - 1)).toBeUndefined()
    session.dispose()
  })

  test('is neither taken nor given while the session trains', async () => {
    const session = openWith({ type: 'sgd' })
    const state = stateOf(session)
    const training = session.train({ ...optionsOf('sgd'), epochs: 1e6 }, () => undefined)
    expect(() => stateOf(session)).toThrow(/training/)
    expect(() => session.setState(state)).toThrow(/training/)
    session.stop()
    await training
    session.dispose()
  })
})

describe('holding', () => {
  const options = { ...optionsOf('adam'), epochs: 2000 }

  test('ends a training between two steps, as often as asked, and changes nothing of it', async () => {
    const [whole, held] = [openWith({ type: 'adam' }), openWith({ type: 'adam' })]
    const expected = await course(whole, options)
    const parts = []
    for (let epoch = 0, isDone = false; !isDone;) {
      const training = course(held, { ...options, epochs: options.epochs - epoch })
      const timer = setTimeout(() => held.hold(), 1)
      parts.push(await training)
      clearTimeout(timer)
      ;({ epoch } = parts.at(-1)!.result)
      isDone = parts.at(-1)!.result.reason === 'finished'
    }
    expect(parts.length).toBeGreaterThan(1)
    for (const name of seriesNames) expect(parts.flatMap((part) => part[name])).toEqual(expected[name])
    expect(stateOf(held)).toEqual(stateOf(whole))
    for (const session of [whole, held]) session.dispose()
  })

  test('also ends one that is paused, by one step at most', async () => {
    const session = openWith({ type: 'adam' })
    let told = 0
    const training = session.train({ ...options, epochs: 1e7, progressEveryMs: 1 }, ({ step }) => (told = step))
    await expect.poll(() => told).toBeGreaterThan(0)
    session.pause()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const paused = told
    session.hold()
    const { reason, step } = await training
    expect(reason).toBe('held')
    expect(step - paused).toBeLessThanOrEqual(1)
    session.dispose()
  })
})
