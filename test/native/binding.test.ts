/** The addon itself, without the engine in front: nothing that JavaScript passes may end the process or corrupt a session. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionOptions } from '../../electron/engines/engine'
import { loadAddon, type NativeAddon } from '../../electron/engines/native'
import { activations, outputSize } from '../../shared/models/model'
import { losses } from '../../shared/models/optimizer'

const addon = loadAddon()
type Session = InstanceType<NativeAddon['Session']>

const knownCodes = ['engine/bad-model', 'engine/bad-data', 'engine/out-of-memory', 'argument/invalid']

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

/** Mostly what belongs there, sometimes anything at all. */
function mostly<T>(valid: fc.Arbitrary<T>, weight = 12): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight, arbitrary: valid },
    { weight: 1, arbitrary: fc.anything({ withTypedArray: true, withBigInt: true, withSparseArray: true }) },
  )
}

const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, -1, 0.5, 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, Infinity, NaN),
)
const rate = fc.double({ min: 1e-6, max: 1, noNaN: true })
const unit = fc.double({ min: 0, max: 0.999, noNaN: true })
const optimizers = fc.oneof(
  fc.record({ type: fc.constant('sgd'), learningRate: mostly(rate, 30), momentum: mostly(unit, 30) }),
  fc.record({ type: fc.constant('rmsprop'), learningRate: rate, alpha: mostly(unit, 30), epsilon: mostly(rate, 30) }),
  fc.record({ type: fc.constant('adam'), learningRate: rate, beta1: unit, beta2: mostly(unit, 30), epsilon: rate }),
)
const layer = fc.record({
  type: mostly(fc.constant('dense'), 60),
  units: mostly(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) }, numbers), 40),
  activation: mostly(fc.constantFrom(...activations), 60),
})
const sessionOptions = mostly(
  fc.record({
    model: mostly(
      fc.record({
        inputSize: mostly(fc.integer({ min: 1, max: 5 }), 30),
        layers: mostly(fc.array(layer, { maxLength: 4 }), 30),
      }),
      30,
    ),
    loss: mostly(fc.constantFrom(...losses), 40),
    optimizer: mostly(optimizers, 30),
    simd: fc.option(mostly(fc.constantFrom(...addon.simdLevels), 30), { nil: undefined }),
  }),
  30,
)

const floats = fc.oneof(
  { weight: 10, arbitrary: fc.nat(64).map((size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i))) },
  { weight: 2, arbitrary: fc.float32Array({ maxLength: 24 }) },
)
const labels = fc.nat(40).map((size) => Uint8Array.from({ length: size }, (_, i) => i % 3))
const trainOptions = mostly(
  fc.record({
    epochs: mostly(fc.nat(4), 30),
    maxSteps: fc.option(mostly(fc.nat(9)), { nil: undefined }),
    batchSize: mostly(fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constant(2 ** 53 - 1)), 30),
    shuffleKey: fc.option(mostly(fc.tuple(fc.nat(), fc.nat())), { nil: undefined }),
    evaluateEveryEpochs: mostly(fc.nat(2), 30),
    probeEpochs: mostly(fc.constantFrom(new Uint32Array(0), Uint32Array.of(0, 1), Uint32Array.of(3, 1)), 30),
    progressEveryMs: mostly(fc.nat(3), 30),
  }),
  30,
)
const calls = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constant('setSamples'),
      mostly(fc.constantFrom('training', 'test'), 30),
      mostly(floats),
      mostly(floats),
      mostly(labels),
    ),
    fc.tuple(fc.constant('setProbe'), mostly(floats)),
    fc.tuple(fc.constant('setParameters'), mostly(floats)),
    fc.tuple(fc.constantFrom('evaluate', 'gradient'), mostly(fc.constantFrom('training', 'test'))),
    fc.tuple(fc.constant('predict'), mostly(floats)),
    fc.tuple(fc.constant('train'), trainOptions, mostly(fc.constant(() => {}))),
    fc.tuple(fc.constantFrom('getParameters', 'pause', 'resume', 'stop', 'dispose')),
  ),
  { maxLength: 12 },
)

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
  let built = 0
  let trained = 0
  await fc.assert(
    fc.asyncProperty(sessionOptions, calls, fc.boolean(), async (options, sequence, filled) => {
      const session = attempt(() => new addon.Session(options as SessionOptions))
      if (typeof session !== 'object') return
      built++
      const target = session as Session
      if (filled) fill(target, options as SessionOptions)
      const ends: Promise<unknown>[] = []
      for (const [method, ...values] of sequence) {
        const call = target[method as keyof Session] as unknown as (...values: unknown[]) => unknown
        const result = attempt(() => call.apply(target, values))
        if (result instanceof Promise) {
          trained++
          ends.push(result.catch(codeOf))
          // Half of the trainings run into the calls that follow, the others are waited for.
          if (trained % 2 === 0) await stopped(target, result)
        }
      }
      target.resume()
      target.stop()
      await Promise.all(ends)
    }),
    { numRuns: 3000, seed: 11 },
  )
  // The test is worth something only while enough of it gets through.
  expect(built).toBeGreaterThan(500)
  expect(trained).toBeGreaterThan(100)
})

async function stopped(session: Session, end: Promise<unknown>): Promise<void> {
  await Promise.race([end.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))])
  session.stop()
  await end.catch(() => {})
}

const options: SessionOptions = {
  model: {
    inputSize: 1,
    layers: [{ type: 'dense', units: 1, activation: 'linear' }],
    initialization: 'pytorch',
  },
  loss: 'mean-squared-error',
  optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0 },
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
