/** The addon itself, without the engine in front: nothing that JavaScript passes may end the process or corrupt a session. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionOptions, SymmetricEigen } from '../../electron/engines/engine'
import { loadAddon, type NativeAddon } from '../../electron/engines/native'
import { initialParameters } from '../../shared/models/initialization'
import { bufferCount, outputSize, parameterCount } from '../../shared/models/model'
import { losses } from '../../shared/models/optimizer'
import { plainTraining } from '../engines/training'
import {
  calls,
  damagedState,
  fittingPlaces,
  fittingState,
  fittingVector,
  matrices,
  mostly,
  otherSession,
  sessionOptions,
} from './fuzz/arguments'
import { faultyModels, models } from './fuzz/models'

const addon = loadAddon()
type Session = InstanceType<NativeAddon['Session']>

const knownCodes = [
  'engine/bad-model',
  'engine/bad-data',
  'engine/out-of-memory',
  'engine/canceled',
  'argument/invalid',
]

/** The error's code; anything but an Error with a known code fails the test. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (!knownCodes.includes(code as string)) throw error
  expect((error as Error).message.length).toBeGreaterThan(8)
  return code as string
}

function attempt(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return codeOf(error)
  }
}

/** Fills a session with data that fits, so that more of the calls that follow get past their checks. */
function fill(session: Session, options: SessionOptions): void {
  const { inputSize } = options.model
  const outputs = outputSize(options.model)
  const inputs = Float32Array.from({ length: 10 * inputSize }, (_, i) => Math.cos(i))
  for (const set of ['training', 'test'] as const) {
    session.setSamples(set, inputs, new Float32Array(10 * outputs), new Uint8Array(10))
  }
  session.setProbe(inputs)
}

test('random options and random calls give results or errors with a code, and never an end of the process', async () => {
  const count = { built: 0, started: 0, completed: 0, restored: 0 }
  await fc.assert(
    fc.asyncProperty(sessionOptions(addon.simdLevels), calls, fc.boolean(), async (options, sequence, filled) => {
      const open = () => attempt(() => new addon.Session(options as SessionOptions))
      const session = open()
      if (typeof session !== 'object') return
      count.built++
      const target = session as Session
      const other = open() as Session
      if (filled) for (const each of [target, other]) fill(each, options as SessionOptions)
      const meant = (value: unknown) => {
        if (value === otherSession) return other
        if (value === fittingVector) return attempt(() => new Float64Array(target.parameterCount).fill(0.1))
        if (value === fittingPlaces) {
          return attempt(() => ({
            directions: new Float64Array(target.parameterCount).fill(0.1),
            coordinates: Float64Array.of(1, -2),
          }))
        }
        if (value === fittingState || value === damagedState) {
          const state = attempt(() => other.getState(Infinity))
          if (value === damagedState && state instanceof Uint8Array) state[count.started % state.length]! ^= 1
          return state
        }
        return value
      }
      const ends: Promise<unknown>[] = []
      for (const [method, ...values] of sequence) {
        const call = target[method as keyof Session] as unknown as (...values: unknown[]) => unknown
        const result = attempt(() => call.apply(target, values.map(meant)))
        if (method === 'setState' && result === undefined) count.restored++
        if (result instanceof Promise) {
          count.started++
          ends.push(result.then(() => void count.completed++, codeOf))
          // Half of the computations run into the calls that follow, the others are waited for.
          if (count.started % 2 === 0) await stopped(target, result)
        }
      }
      target.resume()
      target.stop()
      await Promise.all(ends)
      target.dispose()
      other.dispose()
    }),
    { numRuns: 4500, seed: 11 },
  )
  // The test is worth something only while enough of it gets through.
  expect(count.built).toBeGreaterThan(1000)
  expect(count.started).toBeGreaterThan(500)
  expect(count.completed).toBeGreaterThan(400)
  expect(count.restored).toBeGreaterThan(50)
})

test('every network that fits together is built, and trains to numbers', async () => {
  await fc.assert(
    fc.asyncProperty(models, fc.constantFrom('float32', 'float64'), async (model, precision) => {
      const options = { model, loss: losses[0], optimizer: sgd, precision } as const
      const session = new addon.Session(options)
      expect(session.parameterCount).toBe(parameterCount(model))
      expect(session.getBuffers().length).toBe(bufferCount(model))
      session.setParameters(initialParameters(model, 1))
      fill(session, options)
      const size = outputSize(model)
      expect(session.predict(new Float32Array(3 * model.inputSize)).length).toBe(3 * size)
      const end = await session.train({ ...plainTraining, epochs: 2, batchSize: 4, dropoutKey: [1, 2] }, () => {})
      expect(end).toEqual({ reason: 'finished', step: 6, epoch: 2 })
      expect(session.getParameters().every(Number.isFinite)).toBe(true)
      session.dispose()
    }),
    { numRuns: 400, seed: 12 },
  )
})

test('eigenvalues of anything are numbers or errors with a code', async () => {
  let solved = 0
  await fc.assert(
    fc.asyncProperty(
      matrices,
      mostly(fc.boolean()),
      mostly(fc.integer({ min: 1, max: 3 })),
      async (matrix, vectors, threads) => {
        const symmetricEigen = addon.symmetricEigen as (...values: unknown[]) => { result: Promise<SymmetricEigen> }
        const result = attempt(() => symmetricEigen(matrix, vectors, threads).result)
        if (!(result instanceof Promise)) return
        const end = (await result.catch(codeOf)) as SymmetricEigen | string
        if (typeof end === 'string') return
        solved++
        expect(end.values.some(Number.isNaN)).toBe(false)
      },
    ),
    { numRuns: 1000, seed: 14 },
  )
  expect(solved).toBeGreaterThan(100)
})

test('a fault in one layer is a typed error with its name', () => {
  fc.assert(
    fc.property(faultyModels, fc.constantFrom(...losses), ({ model, layer }, loss) => {
      const build = () => new addon.Session({ model, loss, optimizer: sgd })
      expect(build).toThrow(new RegExp(`^${layer.replace('.', '[.]')}\\b`))
      expect(attempt(build)).toBe('engine/bad-model')
    }),
    { numRuns: 1000, seed: 13 },
  )
})

async function stopped(session: Session, end: Promise<unknown>): Promise<void> {
  await Promise.race([end.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))])
  session.stop()
  await end.catch(() => {})
}

const sgd = { type: 'sgd', learningRate: 0.01, momentum: 0 } as const

const options: SessionOptions = {
  model: {
    inputSize: 1,
    layers: [{ type: 'dense', units: 1, activation: 'linear' }],
    initialization: 'pytorch',
  },
  loss: 'mean-squared-error',
  optimizer: sgd,
}

test('options whose getters throw pass the error on, and methods refuse a this that is no session', () => {
  const mistake = new Error('getter')
  const hostile = Object.defineProperty({ ...options }, 'loss', {
    get: () => {
      throw mistake
    },
  })
  expect(() => new addon.Session(hostile)).toThrow(mistake)
  const session = new addon.Session(options)
  expect(() => session.getParameters.call({} as Session)).toThrow()
  expect(() => (addon.Session as unknown as () => void)()).toThrow()
})

test('options that dispose of the session while they are read are refused', () => {
  const session = new addon.Session(options)
  session.setSamples('training', Float32Array.of(1), Float32Array.of(1))
  const hostile = {
    get epochs() {
      session.dispose()
      return 1
    },
    batchSize: 1,
    evaluateEveryEpochs: 0,
    probeEpochs: new Uint32Array(0),
    progressEveryMs: 1,
  }
  expect(() => session.train(hostile, () => {})).toThrow('disposed')
})

test('an array whose memory has gone to another thread counts as empty', () => {
  const session = new addon.Session(options)
  const inputs = Float32Array.of(1, 2)
  structuredClone(inputs.buffer, { transfer: [inputs.buffer] })
  expect(() => session.predict(inputs)).toThrow('positive multiple')
})
