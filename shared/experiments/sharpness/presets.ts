/** Presets of "Sharpness": our own, and the networks that five reports used for sensitivity, with sweeps between the same ends. */
import { presetOf, type Preset } from '../kind'
import { denseModel, type ModelEntry } from '../model-groups'
import { sharpnessSchema, type SharpnessExperiment } from './spec'

type SharpnessPreset = Preset<SharpnessExperiment>

const preset = presetOf(sharpnessSchema)

function model(widths: readonly number[]): ModelEntry {
  return denseModel(['784', ...widths, '10'].join('-'), widths)
}

const mnist = { type: 'dataset', name: 'mnist' } as const

/** What the reports' presets have in common: none of them says which indicator it computed beside sensitivity. */
const bonus =
  'The report leaves open which other indicator it used; the network and what is varied are those of its sensitivity, the indicators are ours. '

const ours = preset(
  'default',
  'Small batches or large ones, drawn digits',
  '100 epochs with batches of 8 to 256: the loss rises eighty times as much within a ball of radius 0.1 where batches are largest. The gap ' +
    'between training and test loss is smallest there, the gap in accuracy about the same everywhere. Half a minute.',
  {},
)

const fewEpochs = preset(
  'few-epochs',
  'The same, long before the end',
  '20 epochs of 2,000 images, and large batches have hardly begun to fit. The minima of small batches are flatter by plain sharpness and ' +
    'sharper by filter-normalised sharpness, and their gap is larger. Half a minute.',
  {
    task: { type: 'dataset', name: 'digits', trainSize: 2000, testSize: 2000 },
    training: { epochs: 20 },
    vary: { what: 'batchSize', values: [16, 32, 64, 128, 256, 512] },
  },
)

const mnistBatches = preset(
  'mnist',
  'MNIST, batch 16 to 2,048, three seeds',
  '784-128-10 on 5,000 images, Adam at 0.001, 150 epochs, eight batch sizes. The largest eigenvalue rises with the batch and so does the gap ' +
    "in accuracy (Kendall's τ 0.58 over 24 runs), as Keskar et al. say; the gap in loss falls (τ -0.90). Minutes on two cores.",
  {
    task: { ...mnist, trainSize: 5000 },
    models: [model([128])],
    training: { epochs: 150 },
    seeds: 3,
    vary: { what: 'batchSize', values: [16, 32, 64, 128, 256, 512, 1024, 2048] },
  },
)

const mnistRates = preset(
  'learning-rates',
  'MNIST, learning rates from 1e-4 to 1e-2',
  '784-128-10 on 5,000 images, Adam, 60 epochs, two seeds. The larger the rate, the flatter the minimum, while weights and spectral norms ' +
    'grow. Minutes on two cores.',
  {
    task: { ...mnist, trainSize: 5000 },
    models: [model([128])],
    training: { epochs: 60 },
    vary: { what: 'learningRate', values: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2] },
  },
)

const report0 = preset(
  'report-0',
  'MNIST, two layers of 128, batch 4 to 2,048',
  `${bonus}Adam at 0.001, 5 epochs, ten batch sizes. Chosen where the report is silent: ReLU, all 60,000 images, one seed.`,
  {
    task: mnist,
    models: [model([128, 128])],
    training: { epochs: 5 },
    seeds: 1,
    vary: { what: 'batchSize', values: [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] },
  },
)

const report1 = preset(
  'report-1',
  'MNIST, 280,610 parameters, batch 10 to 10,000',
  `${bonus}100 epochs. Chosen where the report is silent: seven batch sizes from 10 to 10,000 (10, 32, 100, 320 and so on; those of sensitivity are 10, 30, 100, 300 and so on), Adam at 1e-4 and 55,000 images as ` +
    'in its other experiments, ReLU, one seed.',
  {
    task: { ...mnist, trainSize: 55_000 },
    models: [{ ...model([100, 200, 200, 200, 200, 200, 100]), label: 'Deep' }],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 100 },
    seeds: 1,
    vary: { what: 'batchSize', values: [10, 32, 100, 320, 1000, 3200, 10_000] },
  },
)

const report2 = preset(
  'report-2',
  'MNIST, 784-128-10, six batch sizes, 500 steps of SGD',
  `${bonus}SGD at 0.001, 500 steps whatever the batch. Chosen where the report is silent: the six sizes (8 to 1,024; for sensitivity 8 to 2,048), ReLU, one seed.`,
  {
    task: mnist,
    models: [model([128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.001 }, epochs: 10, maxSteps: 500 },
    seeds: 1,
    vary: { what: 'batchSize', values: [8, 32, 64, 128, 512, 1024] },
  },
)

const report3 = preset(
  'report-3',
  'MNIST, 784-20-30-10, five batch sizes from 5 to 1,500',
  `${bonus}16,640 parameters, Adam at 0.001. Chosen where the report is silent: the sizes between (20, 100 and 400; for sensitivity 20, 80 and 350), 10 epochs, ReLU, one seed.`,
  {
    task: mnist,
    models: [model([20, 30])],
    training: { epochs: 10 },
    seeds: 1,
    vary: { what: 'batchSize', values: [5, 20, 100, 400, 1500] },
  },
)

const report4 = preset(
  'report-4',
  'MNIST, three layers, learning rate 1e-1 to 1e-5',
  `${bonus}Batches of 1,024, 40 epochs, five learning rates. Chosen where the report is silent: 784-128-32-10 (a network of its other ` +
    'experiments), Adam, ReLU, one seed.',
  {
    task: mnist,
    models: [model([128, 32])],
    training: { batchSize: 1024, epochs: 40 },
    seeds: 1,
    vary: { what: 'learningRate', values: [1e-1, 1e-2, 1e-3, 1e-4, 1e-5] },
  },
)

export const sharpnessPresets: [SharpnessPreset, ...SharpnessPreset[]] = [
  ours,
  fewEpochs,
  mnistBatches,
  mnistRates,
  report0,
  report1,
  report2,
  report3,
  report4,
]
