/** Presets of "Weight trajectories": our own, and the settings of five reports on the same question. */
import { convNet } from '../../models/ready-networks'
import { presetOf, type Preset } from '../kind'
import { denseLayers, denseModel } from '../model-groups'
import { weightTrajectorySchema, type WeightTrajectorySpec } from './spec'

type TrajectoryPreset = Preset<WeightTrajectorySpec>

const preset = presetOf(weightTrajectorySchema)

const mnist = { type: 'dataset', name: 'mnist' } as const

const ours = preset(
  'default',
  'Eight ways to read drawn digits',
  'One network of 25,818 parameters learns eight times from different starts. Every three of 24 epochs its weights become a point: eight ' +
    'rays that leave in directions of their own and never meet, though all end above 94 %. A random walk beside them looks much the same, which ' +
    'says how little rays alone mean. Seconds.',
  {},
)

const functionNetwork = preset(
  'function',
  'A network of 141 parameters on a ripple',
  'Eight trainings on sin(5πx)/(5πx), weights kept every 25 of 600 epochs. With so few weights the paths bend where the loss has fallen and ' +
    'another direction pays; the numbers beside them say where that is. Seconds.',
  {
    task: { type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' },
    models: [{ label: '1-10-10-1', hidden: denseLayers([10, 10], 'tanh'), initialization: 'glorot-uniform' }],
    training: { optimizer: { type: 'adam', learningRate: 0.005 }, batchSize: 64, epochs: 600 },
    evaluateEveryEpochs: 10,
    snapshots: { every: 25, unit: 'epoch' },
    layers: ['layer1'],
  },
)

const mnistDense = preset(
  'mnist',
  'MNIST, first layer and whole model',
  '784-128-64-10 (109,386 parameters), Adam at 0.001, batches of 64, 12 epochs from eight starts, weights kept after every epoch.',
  {
    task: mnist,
    models: [denseModel('784-128-64-10', [128, 64])],
    training: { epochs: 12 },
    snapshots: { every: 1, unit: 'epoch' },
    layers: ['layer0'],
  },
)

const cifarCnn = preset(
  'cifar-cnn',
  'CIFAR-10, a convolutional network of a million parameters',
  'Blocks of 32 and 64 filters and a dense layer of 256: 1,070,794 parameters, eight trainings of 24 epochs, weights kept after every one: ' +
    '200 points of a space of a million dimensions (857 MB). First convolution and dense layer beside the whole model. Takes hours on a few cores.',
  {
    task: { type: 'dataset', name: 'cifar10' },
    models: [{ label: 'CNN 32-64', hidden: convNet([32, 64], 256), initialization: 'pytorch' }],
    training: { epochs: 24 },
    snapshots: { every: 1, unit: 'epoch' },
    layers: ['layer0', 'layer4'],
  },
)

const report0 = preset(
  'report-0',
  'MNIST, first layer and whole model, every 3 of 15 epochs',
  'A three-layer network, Adam at 0.001, batches of 64, 15 epochs, eight trainings; first layer beside the whole model. Set every to 2 for its ' +
    'second picture. Chosen where the report is silent: 784-128-64-10 (a network of its other experiments, 109,386 parameters), ReLU, all ' +
    '60,000 images.',
  {
    task: mnist,
    models: [denseModel('784-128-64-10', [128, 64])],
    training: { epochs: 15 },
    layers: ['layer0'],
  },
)

const report1 = preset(
  'report-1',
  'MNIST, 280,610 parameters, second hidden layer, every 3 of 21 epochs',
  'Seven hidden layers of 100 and 200 units, eight trainings of 21 epochs; second hidden layer beside the whole model, annotated with the test ' +
    'accuracy. Chosen where the report is silent: Adam at 1e-4, batches of 64 and 55,000 images as in its other experiments, ReLU.',
  {
    task: { ...mnist, trainSize: 55_000 },
    models: [denseModel('Deep', [100, 200, 200, 200, 200, 200, 100])],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 21 },
    layers: ['layer1'],
  },
)

const report2 = preset(
  'report-2',
  'MNIST, 784-128-10, second layer, SGD',
  'SGD at 0.001, weights kept every 3 epochs, eight trainings; second layer beside the whole model. Chosen where the report is silent: no ' +
    'momentum, ReLU, batches of 128 as in its other experiments, 15 epochs.',
  {
    task: mnist,
    models: [denseModel('784-128-10', [128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.001 }, batchSize: 128, epochs: 15 },
    layers: ['layer1'],
  },
)

const report3 = preset(
  'report-3',
  'cos x, a network of 32 parameters, 30 iterations',
  '1-5-3-1 on cos x, Adam at 0.001, eight trainings of 30 iterations; the 15 weights of the second layer beside all 23 weights (the 9 ' +
    'biases left out, as in the report). Chosen where the report is silent: ReLU, the domain [-5, 5], 256 points, the whole set in each ' +
    'step (so that an epoch is an iteration), weights kept every 3 iterations.',
  {
    task: { type: 'function', expression: 'cos(x)', domain: [-5, 5] },
    models: [denseModel('1-5-3-1', [5, 3])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full', epochs: 30 },
    layers: ['layer1'],
    biases: false,
  },
)

const report4 = preset(
  'report-4',
  'MNIST, three layers, every 3 epochs',
  'A three-layer network with Adam, weights kept every 3 epochs, eight trainings. Chosen where the report is silent: 784-128-32-10 (a network ' +
    'of its size, 104,938 parameters), ReLU, Adam at 0.001, batches of 64, 15 epochs, the second layer beside the whole model.',
  {
    task: mnist,
    models: [denseModel('784-128-32-10', [128, 32])],
    training: { epochs: 15 },
    layers: ['layer1'],
  },
)

export const weightTrajectoryPresets: [TrajectoryPreset, ...TrajectoryPreset[]] = [
  ours,
  functionNetwork,
  mnistDense,
  cifarCnn,
  report0,
  report1,
  report2,
  report3,
  report4,
]
