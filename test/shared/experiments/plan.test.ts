import { describe, expect, it } from 'vitest'
import { experimentKindIds, type ExperimentKindId, type Plan, type PlannedRun } from '../../../shared/experiments/kind'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import { runSpecSchema } from '../../../shared/experiments/run-spec'
import { architectureLabel } from '../../../shared/models/model'
import { learningRateOf } from '../../../shared/models/optimizer'

function plan(kind: ExperimentKindId, spec: unknown): Plan {
  return experimentKinds[kind].plan(parseSpec(kind, spec))
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    Object.values(value).forEach(frozen)
  }
  return value
}

const two = [
  { label: 'A', hidden: [{ type: 'dense', units: 3 }] },
  { label: 'B', hidden: [{ type: 'dense', units: 2, activation: 'tanh' }], initialization: 'glorot-uniform' },
]

describe('a plan', () => {
  it('is the same byte for byte for the same spec and changes none', () => {
    for (const kind of experimentKindIds) {
      for (const preset of experimentKinds[kind].presets) {
        const spec = frozen(structuredClone(preset.spec))
        expect(JSON.stringify(experimentKinds[kind].plan(spec))).toBe(JSON.stringify(experimentKinds[kind].plan(spec)))
        expect(JSON.stringify(experimentKinds[kind].quick(spec))).toBe(
          JSON.stringify(experimentKinds[kind].quick(spec)),
        )
      }
    }
  })

  it('goes through functions, then models, then seeds, with one colour for a model everywhere', () => {
    const targets = [{ expression: 'x' }, { expression: 'cos(x)', label: 'wave' }]
    const { runs } = plan('simulate-function', { targets, models: two, seeds: 2, firstSeed: 5 })
    expect(
      runs.map(({ label, group, groupIndex, facet, spec }) => [label, group, groupIndex, facet, spec.seed]),
    ).toEqual([
      ['A, x, seed 5', 'A', 0, 'x', 5],
      ['A, x, seed 6', 'A', 0, 'x', 6],
      ['B, x, seed 5', 'B', 1, 'x', 5],
      ['B, x, seed 6', 'B', 1, 'x', 6],
      ['A, wave, seed 5', 'A', 0, 'wave', 5],
      ['A, wave, seed 6', 'A', 0, 'wave', 6],
      ['B, wave, seed 5', 'B', 1, 'wave', 5],
      ['B, wave, seed 6', 'B', 1, 'wave', 6],
    ])
  })

  it('resolves a run completely', () => {
    const data = { domain: [0, 1], points: 10, noise: 0.5, sampling: 'random' }
    const training = { optimizer: { type: 'sgd', learningRate: 0.1 }, batchSize: 'full', epochs: 3, maxSteps: 2 }
    const { runs } = plan('simulate-function', {
      targets: [{ expression: 'x' }],
      data,
      models: two,
      training,
      seeds: 1,
    })
    expect(runs[1]!.spec).toEqual({
      model: {
        inputSize: 1,
        layers: [
          { type: 'dense', units: 2, activation: 'tanh' },
          { type: 'dense', units: 1, activation: 'linear' },
        ],
        initialization: 'glorot-uniform',
      },
      data: { type: 'function', expression: 'x', domain: [0, 1], points: 10, noise: 0.5, sampling: 'random' },
      loss: 'mean-squared-error',
      optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0 },
      epochs: 3,
      maxSteps: 2,
      batchSize: 'full',
      evaluateEveryEpochs: 1,
      seed: 0,
    })
  })

  it('gives a task ten logits and its data set', () => {
    const spec = { dataset: { name: 'cifar10', trainSize: 500 }, models: two, evaluateEveryEpochs: 4 }
    const [run] = plan('train-on-task', spec).runs
    expect(run).toMatchObject({ facet: 'CIFAR-10', group: 'A' })
    expect(run!.spec).toMatchObject({
      model: { inputSize: 3072, layers: [{ units: 3 }, { type: 'dense', units: 10, activation: 'linear' }] },
      data: { type: 'dataset', dataset: 'cifar10', trainSize: 500 },
      loss: 'softmax-cross-entropy',
      evaluateEveryEpochs: 4,
    })
  })

  it('trains every model with each combination of a sweep, keeping what an optimizer already is', () => {
    const training = { optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.9 } }
    const sweep = { optimizers: ['sgd', 'adam'], learningRates: [0.01, 0.001] }
    const { runs } = plan('simulate-function', { models: two, training, sweep, seeds: 1 })
    expect(runs.map(({ group, groupIndex }) => [group, groupIndex])).toEqual([
      ['A, SGD 0.01, momentum 0.9', 0],
      ['A, SGD 0.001, momentum 0.9', 1],
      ['A, Adam 0.01', 2],
      ['A, Adam 0.001', 3],
      ['B, SGD 0.01, momentum 0.9', 4],
      ['B, SGD 0.001, momentum 0.9', 5],
      ['B, Adam 0.01', 6],
      ['B, Adam 0.001', 7],
    ])
    expect(runs[3]!.spec.optimizer).toEqual({
      type: 'adam',
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    })
  })

  it('is, for each optimizer of a sweep, the run that was asked for directly: what optimizers share stays', () => {
    const shared = { learningRate: 0.1, weightDecay: 0.1, schedule: { type: 'cosine', length: 200 } }
    const ask = (optimizer: object, sweep = {}) =>
      plan('simulate-function', { models: [two[0]], training: { optimizer }, sweep, seeds: 1 }).runs
    const optimizers = ['adam', 'sgd', 'rmsprop', 'adamw']
    const runs = ask({ type: 'adam', beta1: 0.8, ...shared }, { optimizers })
    expect(runs.map(({ spec }) => spec)).toEqual([
      ask({ type: 'adam', beta1: 0.8, ...shared })[0]!.spec,
      ask({ type: 'sgd', ...shared })[0]!.spec,
      ask({ type: 'rmsprop', ...shared })[0]!.spec,
      ask({ type: 'adamw', beta1: 0.8, ...shared })[0]!.spec,
    ])
  })

  it('says in its labels every setting in which the optimizers of a sweep differ', () => {
    const labels = (training: object, sweep: object, models: object[] = [two[0]!]) =>
      plan('simulate-function', { models, training, sweep, seeds: 1 }).runs.map(({ group }) => group)
    const plain = { optimizer: { type: 'adam', learningRate: 0.1 } }
    // AdamW decays weights where nothing is said.
    expect(labels(plain, { optimizers: ['adam', 'sgd', 'adamw'] })).toEqual([
      'A, Adam 0.1',
      'A, SGD 0.1',
      'A, AdamW 0.1, weight decay 0.01',
    ])
    const schedule = { type: 'step', every: 30, factor: 0.5, warmUpSteps: 10 }
    const full = { optimizer: { type: 'sgd', learningRate: 0.1, weightDecay: 0.1, schedule }, batchSize: 'full' }
    expect(labels(full, { optimizers: ['sgd', 'lbfgs'] })).toEqual([
      'A, SGD 0.1, times 0.5 every 30 epochs, warm-up of 10 steps',
      'A, L-BFGS 1',
    ])
    const own = { type: 'adam', learningRate: 0.1, beta1: 0.5, epsilon: 1e-6 }
    expect(labels(plain, { learningRates: [0.1] }, [two[0]!, { ...two[1], optimizer: own }])).toEqual([
      'A, Adam 0.1, β₁ 0.9, ε 1e-8',
      'B, Adam 0.1, β₁ 0.5, ε 0.000001',
    ])
  })

  it('keeps the optimizer of a model along an axis that is not swept', () => {
    const models = [two[0], { ...two[1], optimizer: { type: 'rmsprop', learningRate: 0.5 } }]
    const training = { optimizer: { type: 'sgd', learningRate: 0.1 } }
    const { runs } = plan('simulate-function', { models, training, sweep: { learningRates: [0.01] }, seeds: 1 })
    expect(runs.map(({ spec }) => [spec.optimizer.type, learningRateOf(spec.optimizer)])).toEqual([
      ['sgd', 0.01],
      ['rmsprop', 0.01],
    ])
  })

  it('leaves optimizers alone that choose their steps themselves', () => {
    const training = { optimizer: { type: 'lbfgs', history: 5 }, batchSize: 'full' }
    const sweep = { optimizers: ['lbfgs', 'levenberg-marquardt', 'adam'], learningRates: [0.1, 0.01] }
    const { runs } = plan('simulate-function', { models: [two[0]], training, sweep, seeds: 1 })
    expect(runs.map(({ group }) => group)).toEqual([
      'A, L-BFGS 1',
      'A, Levenberg-Marquardt',
      'A, Adam 0.1',
      'A, Adam 0.01',
    ])
    expect(runs[0]!.spec.optimizer).toMatchObject({ history: 5 })
  })
})

it('the networks of a task know the shape of its images, those of a function need none', () => {
  const [task] = plan('train-on-task', { dataset: { name: 'cifar10' } }).runs
  expect([task!.spec.model.inputSize, task!.spec.model.inputShape]).toEqual([3072, [3, 32, 32]])
  const [wave] = plan('simulate-function', {}).runs
  expect(wave!.spec.model).not.toHaveProperty('inputShape')
})

it('layers may be written as text', () => {
  const hidden = 'conv 8 3x3 pad 1, pool 2, dense 32'
  const { runs } = plan('train-on-task', { models: [{ label: 'CNN', hidden }] })
  expect(architectureLabel(runs[0]!.spec.model)).toBe('1x28x28-conv8k3p1-pool2-32-10')
})

it('a run is valid alone, and not where its input or its layers do not fit', () => {
  const [{ spec }] = plan('train-on-task', { training: { precision: 'float64' } }).runs as [PlannedRun]
  expect(runSpecSchema.parse(spec)).toEqual(spec)
  expect(spec.precision).toBe('float64')
  const issuesOf = (model: object) =>
    runSpecSchema.safeParse({ ...spec, model: { ...spec.model, ...model } }).error?.issues.map(({ path }) => path)
  expect(issuesOf({ inputShape: [3, 28, 28] })).toEqual([['model', 'inputShape']])
  expect(issuesOf({ layers: [{ type: 'max-pool', size: 29 }] })).toEqual([['model', 'layers', 0]])
})

it('several data sets are learned side by side, each by networks for its own images', () => {
  const spec = { dataset: { name: 'mnist', trainSize: 100 }, alsoOn: ['cifar10', 'mnist'], models: two, seeds: 2 }
  const { runs } = plan('train-on-task', spec)
  expect(runs.map(({ label, spec }) => `${label}: ${spec.model.inputSize}`)).toEqual([
    'A, MNIST, seed 0: 784',
    'A, MNIST, seed 1: 784',
    'B, MNIST, seed 0: 784',
    'B, MNIST, seed 1: 784',
    'A, CIFAR-10, seed 0: 3072',
    'A, CIFAR-10, seed 1: 3072',
    'B, CIFAR-10, seed 0: 3072',
    'B, CIFAR-10, seed 1: 3072',
  ])
  expect([...new Set(runs.map(({ facet }) => facet))]).toEqual(['MNIST', 'CIFAR-10'])
  expect(() => plan('train-on-task', { ...spec, dataset: { name: 'mnist', trainSize: 55_000 } })).toThrow(
    /CIFAR-10 has only/,
  )
})
