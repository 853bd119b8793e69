/** Presets of "Interpolation": our own, and the settings of five reports on the same question. */
import { batchNormNet } from '../../models/ready-networks'
import { presetOf, type Preset } from '../kind'
import { denseModel, type ModelEntry } from '../model-groups'
import { interpolationSchema, type InterpolationExperiment, type InterpolationInput } from './spec'

type InterpolationPreset = Preset<InterpolationExperiment>

const preset = presetOf(interpolationSchema)

function model(widths: readonly number[]): ModelEntry {
  return denseModel(['784', ...widths, '10'].join('-'), widths)
}

const mnist = { type: 'dataset', name: 'mnist' } as const
const batches = { what: 'batchSize', values: [64, 1024] } as const satisfies InterpolationInput['differ']
const rates = { what: 'learningRate', values: [0.001, 0.01] } as const satisfies InterpolationInput['differ']

const ours = preset(
  'default',
  'From small batches to large ones, drawn digits',
  'The same network from the same first weights, trained with batches of 16 and of 512. Between the two no ridge stands; beyond the one with ' +
    'large batches the loss rises eighteen times, and on the other side of the line three times. Seconds.',
  {},
)

const twoRates = preset(
  'learning-rates',
  'From a small learning rate to a large one, drawn digits',
  'Adam at 0.001 and at 0.01 from the same first weights, five times each. Now there is a low ridge between the two, and the loss is flat ' +
    'beyond the larger rate, steep beyond the smaller. Half a minute.',
  { differ: { what: 'learningRate', values: [0.001, 0.01] }, seeds: 5 },
)

const betweenPreset = preset(
  'between',
  'Interpolated, or trained in between',
  'Eight networks trained at the batch sizes between 16 and 512 stand beside those that were only mixed, and the mixtures are no worse. ' +
    'Half a minute.',
  { between: 8 },
)

const batchNorm = preset(
  'batch-norm',
  'Convolutions with batch normalisation, MNIST',
  'A mixture of weights has other means and variances inside than either end: they are taken anew over the training set at each point. ' +
    'Filters of 4 and 8, 3,000 images, 5 epochs; half a minute.',
  {
    task: { ...mnist, trainSize: 3000, testSize: 1000 },
    models: [{ label: 'CNN with batch norm', hidden: batchNormNet([4, 8], 16), initialization: 'pytorch' }],
    training: { epochs: 5 },
    differ: { what: 'batchSize', values: [32, 512] },
    alphas: { count: 21 },
  },
)

const report0 = preset(
  'report-0',
  'MNIST, three layers of 256, batch 64 against 1,024',
  'Adam at 0.001, 10 epochs, α from -1 to 2. The claim: the loss rises steeply towards the ends of the range. Chosen where the report is ' +
    'silent: ReLU, all 60,000 images, 41 points denser near 0 and 1.',
  { task: mnist, models: [model([256, 256, 256])], training: { epochs: 10 }, differ: batches },
)

const report1 = preset(
  'report-1',
  'MNIST, 280,610 parameters, and eight networks in between',
  'Batch 64 against 1,024 for 100 epochs, and eight networks trained at the batch sizes between. Chosen where the report is silent: Adam at ' +
    '1e-4 and 55,000 images as in its other experiments, ReLU, α from -1 to 2.',
  {
    task: { ...mnist, trainSize: 55_000 },
    models: [{ ...model([100, 200, 200, 200, 200, 200, 100]), label: 'Deep' }],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 100 },
    differ: batches,
    between: 8,
  },
)

const report2Range = { from: -2, to: 2, count: 40, spacing: 'even' } as const

const report2 = preset(
  'report-2',
  'MNIST, 784-128-10, batch 64 against 1,024, 40 points',
  '40 values of α from -2 to 2, evenly. Its other comparison is report-2-rates. Chosen where the report is silent: SGD as in its other ' +
    'experiments, here at 0.01, no momentum, ReLU, 20 epochs.',
  {
    task: mnist,
    models: [model([128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.01 }, epochs: 20 },
    differ: batches,
    alphas: report2Range,
  },
)

const report2Rates = preset(
  'report-2-rates',
  'MNIST, 784-128-10, learning rate 0.01 against 0.1, 40 points',
  '40 values of α from -2 to 2, evenly; the other half of report-2. Chosen where the report is silent: SGD without momentum, batches of 64, ' +
    'ReLU, 20 epochs.',
  {
    task: mnist,
    models: [model([128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.01 }, epochs: 20 },
    differ: { what: 'learningRate', values: [0.01, 0.1] },
    alphas: report2Range,
  },
)

const report3 = preset(
  'report-3',
  'MNIST, 784-30-10, learning rate 0.001 against 0.01',
  '23,860 parameters, 10 epochs. The claim: the accuracy peaks at α = 0 and at α = 1. Chosen where the report is silent: Adam, batches of ' +
    '64, ReLU, α from -1 to 2.',
  { task: mnist, models: [model([30])], training: { epochs: 10 }, differ: rates },
)

const report4 = preset(
  'report-4',
  'MNIST, three layers, batch 64 against 1,024, 40 epochs',
  'The claim: a low loss below α = 0.5 and a steep rise above. Its other comparison is report-4-rates. Chosen where the report is silent: ' +
    '784-128-32-10 (a network of its other experiments), Adam at 0.001, ReLU, α from -1 to 2.',
  { task: mnist, models: [model([128, 32])], training: { epochs: 40 }, differ: batches },
)

const report4Rates = preset(
  'report-4-rates',
  'MNIST, three layers, learning rate 1e-3 against 1e-2, 40 epochs',
  'The other half of report-4, with batches of 64.',
  { task: mnist, models: [model([128, 32])], training: { epochs: 40 }, differ: rates },
)

export const interpolationPresets: [InterpolationPreset, ...InterpolationPreset[]] = [
  ours,
  twoRates,
  betweenPreset,
  batchNorm,
  report0,
  report1,
  report2,
  report2Rates,
  report3,
  report4,
  report4Rates,
]
