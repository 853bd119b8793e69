/** Presets of "Random labels": our own, and the settings of five reports on the same question. */
import { convNet } from '../../models/ready-networks'
import type { Layer } from '../../models/model'
import { presetOf, type Preset } from '../kind'
import { denseLayers } from '../model-groups'
import { randomLabelsSchema, type RandomLabelsInput, type RandomLabelsSpec } from './spec'

type LabelsPreset = Preset<RandomLabelsSpec>

const preset = presetOf(randomLabelsSchema)

type ModelInput = NonNullable<RandomLabelsInput['models']>[number]

function model(label: string, widths: number[]): ModelInput {
  return { label, hidden: denseLayers(widths) }
}

/** The same network twice, by its learning rate. */
function twoRates(hidden: Layer[]): ModelInput[] {
  const adam = (learningRate: number) => ({ type: 'adam' as const, learningRate })
  return [
    { label: 'Adam 0.001', hidden, optimizer: adam(0.001) },
    { label: 'Adam 1e-4', hidden, optimizer: adam(1e-4) },
  ]
}

const mnist = { type: 'dataset', name: 'mnist' } as const
const every5 = { evaluateEveryEpochs: 5 }

const ours = preset(
  'default',
  'A thousand drawn digits, three shares of random labels',
  'Two hidden layers of 256 learn 1,000 drawn digits whose labels are true, half permuted, all permuted. Each time the training accuracy ' +
    'climbs to 100 %; on digits never seen it is high, middling, a guess. Seconds.',
  {},
)

const mnistSmall = preset(
  'mnist-1000',
  'A thousand images of MNIST, five shares, three seeds',
  'The same with handwritten digits: 784-256-256-10 (269,322 parameters), Adam at 0.001, 100 epochs of 1,000 images with 0, 25, 50, 75 and ' +
    '100 % of their labels permuted. A minute or two.',
  {
    task: { ...mnist, trainSize: 1000 },
    training: { epochs: 100 },
    evaluateEveryEpochs: 4,
    labels: { shares: [0, 0.25, 0.5, 0.75, 1] },
    seeds: 3,
  },
)

const mnistDense = preset(
  'mnist-dense',
  'All of MNIST by heart, two learning rates',
  '784-256-256-10 learns 60,000 permuted labels with Adam at 0.001 and at 1e-4, batches of 64, 1,000 epochs. Hours.',
  {
    task: mnist,
    models: twoRates(denseLayers([256, 256])),
    training: { epochs: 1000 },
    labels: { shares: [1] },
    ...every5,
  },
)

const mnistCnn = preset(
  'mnist-cnn',
  'A convolutional network, 3,000 epochs',
  'Blocks of 16 and 32 filters and a dense layer of 128 (206,922 parameters) learn 10,000 permuted labels of MNIST with Adam at 0.001 and at ' +
    '1e-4, batches of 64, 3,000 epochs. Hours.',
  {
    task: { ...mnist, trainSize: 10_000 },
    models: twoRates(convNet([16, 32], 128)),
    training: { epochs: 3000 },
    labels: { shares: [1] },
    ...every5,
  },
)

const report0 = preset(
  'report-0',
  'MNIST, three layers of 256, 1,000 epochs',
  'Adam at 1e-4, batches of 64, 335,114 parameters. Chosen where the report is silent: ReLU, all 60,000 images, all labels permuted, one seed.',
  {
    task: mnist,
    models: [model('784-256-256-256-10', [256, 256, 256])],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 1000 },
    labels: { shares: [1] },
    ...every5,
  },
)

const report1 = preset(
  'report-1',
  'MNIST, 280,610 parameters, 233 epochs',
  'Seven hidden layers of 100 and 200 units, Adam at 1e-4. Chosen where the report is silent: batches of 64 and 55,000 images as in its other ' +
    'experiments, ReLU, all labels permuted, one seed.',
  {
    task: { ...mnist, trainSize: 55_000 },
    models: [model('Deep', [100, 200, 200, 200, 200, 200, 100])],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 233 },
    labels: { shares: [1] },
  },
)

const report2 = preset(
  'report-2',
  'MNIST, 784-128-10, SGD',
  'SGD at 0.001. Chosen where the report is silent: no momentum, ReLU, batches of 128 as in ' +
    'its other experiments, 100 epochs, all labels permuted, one seed.',
  {
    task: mnist,
    models: [model('784-128-10', [128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.001 }, batchSize: 128, epochs: 100 },
    labels: { shares: [1] },
  },
)

const report3 = preset(
  'report-3',
  'MNIST, 8,175 parameters, labels drawn anew, 400 epochs',
  '784-10-15-10, Adam at 0.001, all labels drawn anew. Chosen where the report is silent: ReLU, batches of 64, all 60,000 images (far more than ' +
    'so few parameters hold), one seed.',
  {
    task: mnist,
    models: [model('784-10-15-10', [10, 15])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, epochs: 400 },
    labels: { shares: [1], how: 'redraw' },
  },
)

const report4 = preset(
  'report-4',
  'MNIST, two hidden layers, 100 epochs',
  'Adam at 1e-4. Chosen where the report is silent: 784-128-64-10 (a network of its other experiments, 109,386 parameters), ReLU, batches of ' +
    '64, all 60,000 images, all labels permuted, one seed.',
  {
    task: mnist,
    models: [model('784-128-64-10', [128, 64])],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 100 },
    labels: { shares: [1] },
  },
)

export const randomLabelsPresets: [LabelsPreset, ...LabelsPreset[]] = [
  ours,
  mnistSmall,
  mnistDense,
  mnistCnn,
  report0,
  report1,
  report2,
  report3,
  report4,
]
