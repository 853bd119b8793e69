import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/api/errors'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds, parseSpec, presetSpec } from '../../../shared/experiments/registry'

/** What is wrong with a spec, one line for each path. */
function problems(kind: ExperimentKindId, spec: unknown): string[] {
  try {
    experimentKinds[kind].plan(parseSpec(kind, spec))
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'spec/invalid') throw error
    return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  }
  return []
}

describe('a spec that cannot be run says where and why', () => {
  it.each<[ExperimentKindId, unknown, string[]]>([
    ['simulate-function', { training: { epoch: 3 } }, ['training.epoch: unknown key']],
    [
      'simulate-function',
      { models: [{ label: 'A', hidden: [{ type: 'dense', units: 4, act: 1 }] }] },
      ['models.0.hidden.0.act: unknown key'],
    ],
    [
      'simulate-function',
      { targets: [{ expression: 'sin(pi/2 x)' }] },
      ['targets.0.expression: sin(pi/2 x) can be read as (pi / 2) * x or as pi / (2 * x): write the one that is meant'],
    ],
    [
      'critical-point',
      { task: { type: 'function', expression: '1/2x' } },
      ['task.expression: 1/2x can be read as (1 / 2) * x or as 1 / (2 * x): write the one that is meant'],
    ],
    ['simulate-function', { training: { epochs: 0 } }, ['training.epochs: epochs must be at least 1']],
    ['simulate-function', { training: { epochs: '3' } }, ['training.epochs: epochs must be a number']],
    ['simulate-function', { training: { epochs: 2.5 } }, ['training.epochs: epochs must be a whole number']],
    [
      'train-on-task',
      { training: { optimizer: { type: 'adam', learningRate: -1 } } },
      ['training.optimizer.learningRate: learning rate must be positive'],
    ],
    [
      'train-on-task',
      { training: { optimizer: { type: 'adam' } } },
      ['training.optimizer.learningRate: learning rate is missing'],
    ],
    [
      'train-on-task',
      { training: { optimizer: { type: 'sgd', learningRate: 1, momentum: 1 } } },
      ['training.optimizer.momentum: momentum must be below 1'],
    ],
    [
      'train-on-task',
      { training: { optimizer: { type: 'adamax' } } },
      [
        "training.optimizer.type: type must be one of 'sgd', 'rmsprop', 'adam', 'adamw', 'lbfgs', 'levenberg-marquardt'",
      ],
    ],
    [
      'train-on-task',
      { training: { batchSize: 'all' } },
      ["training.batchSize: batch size must be a whole number or 'full'"],
    ],
    [
      'train-on-task',
      { dataset: { name: 'imagenet' } },
      ["dataset.name: name must be one of 'digits', 'mnist', 'cifar10'"],
    ],
    [
      'train-on-task',
      { dataset: { name: 'mnist', trainSize: 70_000 } },
      ['dataset.trainSize: MNIST has only 60,000 training images'],
    ],
    ['train-on-task', { models: [] }, ['models: at least one model is needed']],
    ['train-on-task', 'mnist', [': must be an object']],
    ['simulate-function', { data: { domain: [1, 1] } }, ['data.domain: the domain must end above where it starts']],
    ['simulate-function', { data: { domain: [0] } }, ['data.domain: domain must have at least 2 entries']],
    [
      'simulate-function',
      { data: { points: 1, noise: -1 } },
      ['data.points: points must be at least 2', 'data.noise: noise must be at least 0'],
    ],
    ['simulate-function', { seeds: 1001 }, ['seeds: seeds must be at most 1000']],
    [
      'simulate-function',
      {
        models: [
          { label: 'A', hidden: [] },
          { label: ' A ', hidden: [] },
        ],
      },
      ['models.1.label: another model has this label'],
    ],
    [
      'train-on-task',
      {
        models: [
          { label: 'A', hidden: [{ type: 'max-pool', size: 28 }] },
          { label: 'B', hidden: [{ type: 'max-pool' }, { type: 'conv2d', filters: 2, kernel: 15 }] },
          { label: 'C', hidden: [{ type: 'residual', layers: [{ type: 'max-pool' }] }] },
        ],
      },
      [
        'models.1.hidden.1: a kernel of 15 × 15 does not fit into 14 × 14 pixels',
        'models.2.hidden.0: its layers turn 1 × 28 × 28 into 1 × 14 × 14, which cannot be added to their input',
      ],
    ],
    [
      'simulate-function',
      { models: [{ label: 'A', hidden: [{ type: 'conv2d', filters: 2 }] }] },
      ['models.0.hidden.0: a kernel of 3 × 3 does not fit into 1 × 1 pixels'],
    ],
    [
      'train-on-task',
      { models: [{ label: 'A', hidden: [{ type: 'conv2d', filters: 2, kernel: 0 }, { type: 'pool' }] }] },
      [
        'models.0.hidden.0.kernel: must be a whole number from 1 to 256, or two of them',
        'models.0.hidden.1.type: type must be one of ' +
          "'dense', 'conv2d', 'max-pool', 'average-pool', 'flatten', 'dropout', 'batch-norm', 'residual'",
      ],
    ],
    [
      'train-on-task',
      {
        models: [
          { label: 'A', hidden: [] },
          { label: 'B', hidden: [], optimizer: { type: 'levenberg-marquardt' } },
        ],
        training: { optimizer: { type: 'lbfgs' } },
      },
      [
        'models.1.hidden: Levenberg-Marquardt is for at most 4,096 parameters, and this network has 7,850',
        "training.batchSize: L-BFGS needs the whole training set in each step: batch size must be 'full'",
      ],
    ],
    [
      'train-on-task',
      {
        models: [{ label: 'A', hidden: 'residual(conv 1 pad 1, bn), dropout 0.5' }],
        training: { optimizer: { type: 'lbfgs' }, batchSize: 'full' },
      },
      [
        'models.0.hidden.0.layers.1: batch normalisation does not go with L-BFGS',
        'models.0.hidden.1: dropout does not go with L-BFGS',
      ],
    ],
    [
      'simulate-function',
      { sweep: { optimizers: ['adam', 'levenberg-marquardt'] } },
      ["training.batchSize: Levenberg-Marquardt needs the whole training set in each step: batch size must be 'full'"],
    ],
    [
      'train-on-task',
      { models: [{ label: 'A', hidden: 'conv 8, dense' }] },
      ['models.0.hidden: “dense” lacks its units; an example is dense 128'],
    ],
    ['simulate-function', { sweep: { learningRates: [0.1, 0.1] } }, ['sweep.learningRates.1: is there twice']],
    [
      'simulate-function',
      { targets: [{ expression: 'cos(x)' }, { expression: 'cos( x )' }] },
      ['targets.1.expression: is there twice'],
    ],
    [
      'random-labels',
      { labels: { shares: [0.5, 1.5, -0.1] } },
      ['labels.shares.1: a share is at most 1, which is 100 % of the labels', 'labels.shares.2: a share is at least 0'],
    ],
    ['random-labels', { labels: { shares: [0.5, 1, 0.5] } }, ['labels.shares.2: is there twice']],
    ['random-labels', { labels: { shares: [] } }, ['labels.shares: at least one share is needed']],
    ['random-labels', { labels: { how: 'flip' } }, ["labels.how: how must be one of 'permute', 'redraw'"]],
    ['random-labels', { labels: { seed: -1 } }, ['labels.seed: seed must be at least 0']],
    [
      'random-labels',
      { task: { type: 'function', expression: 'x' } },
      ['task.type: only images have labels; choose a data set'],
    ],
    [
      'random-labels',
      { task: { type: 'dataset', name: 'mnist', trainSize: 60_001 } },
      ['task.trainSize: MNIST has only 60,000 training images'],
    ],
    [
      'parameter-count',
      { models: [{ label: 'A', hidden: 'dense 8' }], sizes: { counts: [] } },
      ['models: one size alone has nothing to be compared with; add models or counts'],
    ],
    [
      'parameter-count',
      { models: [{ label: 'A', hidden: 'dense 8' }], sizes: { counts: [20_000] } },
      ['models: one size alone has nothing to be compared with; add models or counts'],
    ],
    ['parameter-count', { sizes: { counts: [20_000, 20_000] } }, ['sizes.counts.1: is there twice']],
    [
      'parameter-count',
      { models: [{ label: 'A', hidden: 'dense 8' }], sizes: { counts: [100, 800, 900, 20_000] } },
      [
        'sizes.counts.0: 100 parameters: A comes to 805 at the nearest',
        'sizes.counts.2: 900 parameters: A comes to 805 at the nearest, as for another number',
      ],
    ],
    [
      'parameter-count',
      {
        models: [
          { label: 'A', hidden: 'conv 8, dense 8' },
          { label: 'B', hidden: [] },
        ],
      },
      [
        'models.0.hidden: widths can be solved for dense hidden layers only; give other networks one by one',
        'models.1.hidden: widths can be solved for dense hidden layers only; give other networks one by one',
      ],
    ],
    [
      'parameter-count',
      { task: { type: 'function', expression: 'x' }, models: [{ label: 'A', hidden: 'pool 2, dense 8' }] },
      ['models.0.hidden.0: a window of 2 × 2 does not fit into 1 × 1 pixels'],
    ],
  ])('%s %j', (kind, spec, expected) => {
    expect(problems(kind, spec)).toEqual(expected)
  })

  it('names every target that does not parse or has no value somewhere', () => {
    const targets = ['cos(x)', 'sin(5*', '1/x'].map((expression) => ({ expression }))
    expect(problems('simulate-function', { targets, data: { domain: [-1, 1], points: 3 } })).toEqual([
      'targets.1.expression: sin(5* does not parse at character 7: unexpected end of expression',
      'targets.2.expression: 1/x has no finite value at x = 0; choose a domain without it',
    ])
  })

  it('refuses more runs than a lab keeps together', () => {
    const models = Array.from({ length: 20 }, (_, index) => ({ label: `M${index}`, hidden: [] }))
    expect(problems('train-on-task', { models, seeds: 1000 })).toEqual([
      'seeds: this makes 20,000 runs; at most 10,000 are possible',
    ])
  })
})

it('a partial spec takes the rest from the default', () => {
  const whole = presetSpec('simulate-function', 'default') as { data: object; training: object }
  expect(parseSpec('simulate-function', { training: { epochs: 7 }, data: { noise: 0.1 } })).toEqual({
    ...whole,
    data: { ...whole.data, noise: 0.1 },
    training: { ...whole.training, epochs: 7 },
  })
})

it('an optimizer takes the usual constants', () => {
  const training = { optimizer: { type: 'adam', learningRate: 0.5 } }
  expect(parseSpec('train-on-task', { training })).toMatchObject({
    training: { optimizer: { type: 'adam', learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } },
  })
})
