/** Random arguments for the binding: mostly what belongs there, sometimes anything at all. */
import fc from 'fast-check'
import type { Curvature } from '../../../electron/engines/curvature'
import { activations } from '../../../shared/models/model'
import { losses } from '../../../shared/models/optimizer'
import { models } from './models'

const anything = fc.anything({ withTypedArray: true, withBigInt: true, withSparseArray: true })

export function mostly<T>(valid: fc.Arbitrary<T>, weight = 12): fc.Arbitrary<unknown> {
  return fc.oneof({ weight, arbitrary: valid }, { weight: 1, arbitrary: anything })
}

const optional = <T>(valid: fc.Arbitrary<T>) => fc.option(valid, { nil: undefined })

export const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, -1, 0.5, 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, Infinity, NaN),
)
const rate = fc.double({ min: 1e-6, max: 1, noNaN: true })
const unit = fc.double({ min: 0, max: 0.999, noNaN: true })
const schedules = fc.oneof(
  fc.record({ type: fc.constant('constant'), warmUpSteps: optional(mostly(fc.nat(5))) }),
  fc.record({
    type: fc.constant('step'),
    unit: mostly(fc.constantFrom('step', 'epoch'), 30),
    every: mostly(fc.integer({ min: 1, max: 4 }), 30),
    factor: mostly(unit, 30),
  }),
  fc.record({
    type: fc.constant('cosine'),
    unit: fc.constantFrom('step', 'epoch'),
    length: mostly(fc.integer({ min: 1, max: 9 }), 30),
    final: mostly(unit, 30),
    warmUpSteps: optional(fc.nat(5)),
  }),
)
const shared = { weightDecay: optional(mostly(unit, 30)), schedule: optional(mostly(schedules, 30)) }
export const optimizers = fc.oneof(
  fc.record({
    type: fc.constant('sgd'),
    learningRate: mostly(rate, 30),
    momentum: mostly(unit, 30),
    nesterov: optional(mostly(fc.boolean())),
    ...shared,
  }),
  fc.record({
    type: fc.constant('rmsprop'),
    learningRate: rate,
    alpha: mostly(unit, 30),
    epsilon: mostly(rate, 30),
    ...shared,
  }),
  fc.record({
    type: fc.constantFrom('adam', 'adamw'),
    learningRate: rate,
    beta1: unit,
    beta2: mostly(unit, 30),
    epsilon: rate,
    ...shared,
  }),
  fc.record({
    type: fc.constant('lbfgs'),
    learningRate: rate,
    history: mostly(fc.integer({ min: 1, max: 5 }), 30),
    ...shared,
  }),
  fc.record({
    type: fc.constant('levenberg-marquardt'),
    damping: mostly(rate, 30),
    decrease: mostly(fc.constantFrom(0.1, 0.5), 30),
    increase: mostly(fc.constantFrom(2, 10), 30),
    weightDecay: shared.weightDecay,
  }),
)

/** Layers that need not fit: mostly dense, so that many do. */
const wildLayers = fc.record({
  type: mostly(fc.constantFrom('dense', 'dense', 'dense', 'conv2d', 'max-pool', 'batch-norm', 'residual'), 60),
  units: mostly(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) }, numbers), 40),
  activation: mostly(fc.constantFrom(...activations), 60),
  filters: fc.integer({ min: 1, max: 3 }),
  kernel: mostly(fc.tuple(numbers, numbers)),
  size: mostly(fc.tuple(numbers, numbers)),
  stride: mostly(fc.constant([1, 1])),
  padding: mostly(fc.constant([0, 0])),
  epsilon: mostly(rate),
  momentum: mostly(unit),
  layers: mostly(fc.constant([{ type: 'flatten' }])),
})
const wildModels = fc.record({
  inputSize: mostly(fc.integer({ min: 1, max: 5 }), 30),
  inputShape: optional(mostly(fc.tuple(numbers, numbers, numbers))),
  layers: mostly(fc.array(wildLayers, { maxLength: 4 }), 30),
})

export const sessionOptions = (simdLevels: readonly string[]) =>
  mostly(
    fc.record({
      model: fc.oneof({ weight: 3, arbitrary: models }, { weight: 1, arbitrary: mostly(wildModels, 30) }),
      loss: mostly(fc.constantFrom(...losses), 60),
      optimizer: mostly(optimizers, 60),
      precision: optional(mostly(fc.constantFrom('float32', 'float64'), 30)),
      threads: optional(mostly(fc.integer({ min: 1, max: 3 }), 30)),
      simd: optional(mostly(fc.constantFrom(...simdLevels), 30)),
    }),
    60,
  )

const sizes = fc.nat(64)
const floats = fc.oneof(
  { weight: 10, arbitrary: sizes.map((size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i))) },
  { weight: 2, arbitrary: fc.float32Array({ maxLength: 24 }) },
)
const doubles = fc.oneof(
  { weight: 5, arbitrary: sizes.map((size) => Float64Array.from({ length: size }, (_, i) => Math.cos(i))) },
  { weight: 2, arbitrary: fc.float64Array({ maxLength: 24 }) },
)
const labels = fc.nat(40).map((size) => Uint8Array.from({ length: size }, (_, i) => i % 3))
const sets = mostly(fc.constantFrom('training', 'test'), 30)
const keys = mostly(fc.tuple(fc.nat(), fc.nat()), 30)

const trainOptions = mostly(
  fc.record({
    epochs: mostly(fc.nat(4), 30),
    maxSteps: optional(mostly(fc.nat(9))),
    batchSize: mostly(
      fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(10, 2 ** 31, 2 ** 32, 2 ** 53 - 1)),
      30,
    ),
    shuffleKey: optional(keys),
    dropoutKey: fc.oneof({ weight: 6, arbitrary: keys }, { weight: 1, arbitrary: fc.constant(undefined) }),
    untilGradientNorm: optional(mostly(rate)),
    evaluateEveryEpochs: mostly(fc.nat(2), 30),
    evaluateFirst: optional(mostly(fc.boolean())),
    evaluateLast: optional(mostly(fc.boolean())),
    layerGradients: optional(mostly(fc.boolean())),
    probeEpochs: mostly(fc.constantFrom(new Uint32Array(0), Uint32Array.of(0, 1), Uint32Array.of(3, 1)), 30),
    progressEveryMs: mostly(fc.nat(3), 30),
  }),
  30,
)

/** Stands for a second session with the same options, and for a vector as long as there are parameters. */
export const otherSession = Symbol('other session')
export const fittingVector = Symbol('fitting vector')
/** Stands for places [2] along one direction of them. */
export const fittingPlaces = Symbol('fitting places')
/** Stand for the state of the second session, whole and with a wrong bit. */
export const fittingState = Symbol('fitting state')
export const damagedState = Symbol('damaged state')

const small = mostly(fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 6 }) }, numbers), 40)
const questions = mostly(
  fc.record({
    set: sets,
    samples: optional(mostly(fc.integer({ min: 1, max: 10 }), 8)),
    operator: optional(mostly(fc.constantFrom('hessian', 'gauss-newton'), 30)),
  }),
  40,
)
const methods: (keyof Curvature)[] = [
  'lossAndGradient',
  'losses',
  'product',
  'matrix',
  'lanczos',
  'spectralDensity',
  'topEigenpairs',
  'trace',
  'inputGradientNorms',
]
/** All that any method takes. */
const curvatureOptions = fc.record({
  steps: small,
  probes: small,
  count: small,
  tolerance: mostly(rate, 40),
  maxIterations: small,
  key: keys,
})
const curvatureCalls = fc.oneof(
  fc.tuple(
    fc.constant('curvature'),
    mostly(fc.constantFrom<string>(...methods), 30),
    questions,
    mostly(curvatureOptions, 30),
  ),
  fc.tuple(fc.constant('curvature'), fc.constant('product'), questions, mostly(fc.constant(fittingVector))),
  fc.tuple(fc.constant('curvature'), fc.constant('losses'), questions, mostly(fc.constant(fittingPlaces))),
  fc.tuple(fc.constant('curvature'), fc.constant('inputGradientNorms'), questions, fc.constantFrom('loss', 'output')),
)
const onProgress = mostly(
  fc.constant(() => {}),
  30,
)

/** A method with its arguments. */
export const calls = fc.array(
  fc.oneof(
    fc.tuple(fc.constant('setSamples'), sets, mostly(floats), mostly(floats), mostly(labels)),
    fc.tuple(fc.constant('shareSamples'), sets, mostly(fc.constant(otherSession), 4)),
    fc.tuple(fc.constant('setProbe'), mostly(floats)),
    fc.tuple(fc.constant('setParameters'), mostly(fc.oneof(floats, doubles, fc.constant(fittingVector)))),
    fc.tuple(fc.constant('setBuffers'), mostly(doubles)),
    fc.tuple(fc.constant('getState'), mostly(fc.constantFrom(Infinity, 1e6, 100, NaN))),
    fc.tuple(
      fc.constant('setState'),
      mostly(fc.oneof(fc.constant(fittingState), fc.constant(damagedState), fc.uint8Array({ maxLength: 200 }))),
    ),
    fc.tuple(fc.constantFrom('evaluate', 'gradient'), sets),
    fc.tuple(fc.constant('predict'), mostly(floats)),
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant('train'), trainOptions, onProgress),
    },
    { weight: 3, arbitrary: curvatureCalls },
    fc.tuple(
      fc.constantFrom('getParameters', 'getParameters64', 'getBuffers', 'pause', 'resume', 'hold', 'stop', 'dispose'),
    ),
  ),
  { maxLength: 12 },
)

/** For symmetricEigen: mostly symmetric matrices, sometimes with numbers that have no place in one. */
export const matrices = mostly(
  fc.tuple(fc.nat(12), fc.nat(10_000), optional(numbers)).map(([size, seed, special]) =>
    Float64Array.from({ length: size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size), at % size]
      if (special !== undefined && i === j && i === seed % size) return special
      return Math.sin(i * j + (i + j) * seed)
    }),
  ),
  8,
)
