/** Presets of "Sensitivity": our own, and the settings of five reports on the same question. */
import { presetOf, type Preset } from '../kind'
import { denseModel, type ModelEntry } from '../model-groups'
import { sensitivitySchema, type SensitivityExperiment, type SensitivityInput } from './spec'

type SensitivityPreset = Preset<SensitivityExperiment>

const preset = presetOf(sensitivitySchema)

function model(widths: readonly number[]): ModelEntry {
  return denseModel(['784', ...widths, '10'].join('-'), widths)
}

const mnist = { type: 'dataset', name: 'mnist' } as const
/** 4, 8, ..., 2,048 */
const powersOfTwo = Array.from({ length: 10 }, (_, index) => 4 * 2 ** index)

function batches(...values: number[]): SensitivityInput['vary'] {
  return { what: 'batchSize', values }
}

const ours = preset(
  'default',
  'Five batch sizes for the same epochs, drawn digits',
  'The same network, 10 epochs with batches of 8 to 2,048. With the largest its outputs change eighteen times less with the input than with the ' +
    'smallest; but it took 20 steps instead of 5,000, and has hardly learned. Seconds.',
  {},
)

const equalSteps = preset(
  'equal-steps',
  'Five batch sizes for the same number of steps, drawn digits',
  'What happens when each takes 2,000 steps: now sensitivity rises with the batch, five times from 8 to 2,048, and the test accuracy with it. ' +
    'Three seeds; a minute.',
  { training: { epochs: 2000, maxSteps: 2000 }, evaluateEveryEpochs: 10, seeds: 3 },
)

const learningRates = preset(
  'learning-rates',
  'Seven learning rates, drawn digits',
  'Adam at 1e-4 to 0.1: the outputs grow more sensitive with the rate. The test accuracy is best at 0.01 and falls apart at 0.1. Three seeds; half ' +
    'a minute.',
  { vary: { what: 'learningRate', values: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1] }, seeds: 3 },
)

const mnistSteps = preset(
  'mnist-equal-steps',
  'Batches from 4 to 2,048 for 1,500 steps, MNIST',
  'The batches of report-0 for equal steps instead of equal epochs: 784-128-128-10, all 60,000 images, Adam at 0.001, three seeds. The largest ' +
    'batch sees each image 51 times, the smallest a tenth of them once. Some minutes.',
  {
    task: mnist,
    models: [model([128, 128])],
    training: { epochs: 60, maxSteps: 1500 },
    vary: batches(...powersOfTwo),
    seeds: 3,
  },
)

const report0 = preset(
  'report-0',
  'MNIST, two hidden layers of 128, batches from 4 to 2,048',
  'Ten batch sizes, each twice the one before, Adam at 0.001, 5 epochs. The claim of all five reports: sensitivity falls as the batch grows, ' +
    'and accuracy is best between 100 and 1,000. Chosen where the report is silent: ReLU, all 60,000 images, gradients of 1,000 of them.',
  { task: mnist, models: [model([128, 128])], training: { epochs: 5 }, vary: batches(...powersOfTwo) },
)

const report1 = preset(
  'report-1',
  'MNIST, 280,610 parameters, batches from 10 to 10,000',
  'Seven layers for 100 epochs. Chosen where the report is silent: the sizes between the smallest and the largest, Adam at 1e-4 and 55,000 ' +
    'images as in its other experiments, ReLU. Hours.',
  {
    task: { ...mnist, trainSize: 55_000 },
    models: [{ ...model([100, 200, 200, 200, 200, 200, 100]), label: 'Deep' }],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 100 },
    vary: batches(10, 30, 100, 300, 1000, 3000, 10_000),
  },
)

const report2 = preset(
  'report-2',
  'MNIST, 784-128-10, six batch sizes, 500 steps',
  'SGD at 0.001, 500 steps with each batch size, so that large batches see more images. Chosen where the report is silent: the six sizes ' +
    'from 8 to 2,048, ReLU, no momentum.',
  {
    task: mnist,
    models: [model([128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.001 }, epochs: 20, maxSteps: 500 },
    vary: batches(8, 32, 128, 512, 1024, 2048),
  },
)

const report3 = preset(
  'report-3',
  'MNIST, 784-20-30-10, five batch sizes from 5 to 1,500',
  '16,640 parameters, Adam at 0.001. Chosen where the report is silent: the sizes between 5 and 1,500, 10 epochs, ReLU.',
  { task: mnist, models: [model([20, 30])], training: { epochs: 10 }, vary: batches(5, 20, 80, 350, 1500) },
)

const report4 = preset(
  'report-4',
  'MNIST, three layers, learning rates from 0.1 to 1e-5',
  'Batches of 1,024, 40 epochs, five learning rates. Chosen where the report is silent: 784-128-32-10 (a network of its other experiments), ' +
    'Adam, ReLU.',
  {
    task: mnist,
    models: [model([128, 32])],
    training: { batchSize: 1024, epochs: 40 },
    vary: { what: 'learningRate', values: [0.1, 0.01, 0.001, 0.0001, 0.00001] },
  },
)

export const sensitivityPresets: [SensitivityPreset, ...SensitivityPreset[]] = [
  ours,
  equalSteps,
  learningRates,
  mnistSteps,
  report0,
  report1,
  report2,
  report3,
  report4,
]
