/** What trains in a storm: small experiments that together use series, frames, snapshots, checkpoints, second phases and analyses. */
import type { ExperimentKindId } from '../../shared/experiments/kind'

export interface Template {
  /** Experiments are called by it, so that one whose start was never answered is known too. */
  name: string
  kind: ExperimentKindId
  spec: unknown
}

const adam = (learningRate: number) => ({ type: 'adam', learningRate })

export const templates: readonly Template[] = [
  {
    name: 'curves',
    kind: 'simulate-function',
    spec: {
      data: { points: 256, noise: 0.1 },
      models: [
        { label: 'Deep', hidden: 'dense 20 tanh, dense 20 tanh' },
        { label: 'Shallow', hidden: 'dense 40' },
      ],
      training: { optimizer: adam(0.002), batchSize: 64, epochs: 6000 },
      seeds: 2,
    },
  },
  {
    name: 'long',
    kind: 'simulate-function',
    spec: {
      targets: [{ expression: 'sin(3*x)' }],
      data: { points: 512 },
      models: [{ label: 'Only', hidden: 'dense 50, dense 50' }],
      training: {
        optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 0.0001 },
        batchSize: 128,
        epochs: 12_000,
        precision: 'float64',
      },
      seeds: 1,
    },
  },
  {
    name: 'snapshots',
    kind: 'weight-trajectory',
    spec: {
      task: { type: 'dataset', name: 'digits', trainSize: 1000, testSize: 200 },
      models: [{ label: 'Small', hidden: 'dense 24, dense 16' }],
      training: { optimizer: adam(0.001), batchSize: 32, epochs: 24 },
      snapshots: { every: 2, unit: 'epoch' },
      seeds: 3,
    },
  },
  {
    name: 'images',
    kind: 'train-on-task',
    spec: {
      dataset: { name: 'digits', trainSize: 800, testSize: 200 },
      models: [{ label: 'CNN', hidden: 'conv 4 3x3 pad 1, batch norm relu, pool 2, dropout 0.2, dense 16' }],
      training: {
        optimizer: { ...adam(0.003), schedule: { type: 'cosine', unit: 'epoch', length: 12 } },
        batchSize: 50,
        epochs: 12,
      },
      seeds: 2,
    },
  },
  {
    name: 'critical',
    kind: 'critical-point',
    spec: {
      models: [{ label: 'Tiny', hidden: 'dense 8 tanh, dense 8 tanh', initialization: 'glorot-uniform' }],
      training: { optimizer: adam(0.01), batchSize: 'full', epochs: 1500 },
      search: { switchAt: { at: 'step', step: 1200 }, maxSteps: 60 },
      seeds: 4,
    },
  },
]

export function templateOf(experimentName: string): Template | undefined {
  return templates.find(({ name }) => experimentName.split(' ')[0] === name)
}
