/** Presets of "Gradient norm": our own, and the settings of five reports on the same question. */
import { convNet } from '../../models/ready-networks'
import { presetOf, type Preset } from '../kind'
import { denseModel } from '../model-groups'
import { gradientNormSchema, type GradientNormSpec } from './spec'

type GradientPreset = Preset<GradientNormSpec>

const preset = presetOf(gradientNormSchema)

const mnist = { type: 'dataset', name: 'mnist' } as const

const ours = preset(
  'default',
  'The gradient on the way down',
  'A tanh network of 251 parameters learns sin(5πx)/(5πx). Loss above, gradient norm below, for each of 4,000 iterations: the loss falls more ' +
    'than a hundredfold, the gradient norm not even tenfold. Every 20 iterations also the gradient over all points, and at every one the ' +
    'parts of single layers. Seconds.',
  {},
)

const mnistDense = preset(
  'mnist',
  'MNIST, minibatch against full gradient',
  '784-128-64-10 (109,386 parameters), Adam at 0.001, batches of 64, three epochs: a norm that hardly falls while the loss does, because ' +
    'single batches disagree. The gradient over all 60,000 images, every 469 iterations, is about a third of it.',
  {
    task: mnist,
    models: [denseModel('784-128-64-10', [128, 64])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 64, epochs: 3 },
    gradient: { fullEvery: 469, perLayer: true },
    seeds: 1,
  },
)

const cifarCnn = preset(
  'cifar',
  'CIFAR-10, layer by layer of a convolutional network',
  'Blocks of 16 and 32 filters and a dense layer of 128 (268,650 parameters), Adam at 0.001, batches of 64, three epochs; choose its layers ' +
    'to see which of them the gradient belongs to.',
  {
    task: { type: 'dataset', name: 'cifar10' },
    models: [{ label: 'CNN 16-32', hidden: convNet([16, 32], 128), initialization: 'pytorch' }],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 64, epochs: 3 },
    gradient: { fullEvery: 782, perLayer: true },
    seeds: 1,
  },
)

const report0 = preset(
  'report-0',
  'MNIST, three layers, Adam',
  'Adam at 0.001, batches of 64, five epochs. Chosen where the report is silent: 784-128-64-10 (a network of its other experiments, 109,386 ' +
    'parameters), ReLU, all 60,000 images, one seed.',
  {
    task: mnist,
    models: [denseModel('784-128-64-10', [128, 64])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 64, epochs: 5 },
    gradient: { perLayer: true },
    seeds: 1,
  },
)

const report1 = preset(
  'report-1',
  '2x·cos(x)+2, then the gradient norm instead of the loss',
  'Three hidden layers of 10, ReLU, Adam at 1e-4, batches of 64; from iteration 30,000 the gradient norm is minimised. The report minimises 1e-5 ' +
    'times the norm of the minibatch; here it is half the squared norm over all points, with the same Adam, which ignores such factors. ' +
    'Chosen where the report is silent: the domain [-5, 5], 2,048 points, 10,000 iterations of the second kind, one seed.',
  {
    task: { type: 'function', expression: '2*x*cos(x) + 2', domain: [-5, 5], points: 2048 },
    models: [denseModel('1-10-10-10-1', [10, 10, 10])],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, batchSize: 64, epochs: 938 },
    evaluateEveryEpochs: 10,
    gradient: { perLayer: false },
    gradientPhase: {
      switchAt: { at: 'step', step: 30_000 },
      method: 'adam',
      learningRate: 1e-4,
      targetNorm: 0,
      maxSteps: 10_000,
    },
    seeds: 1,
  },
)

const report2 = preset(
  'report-2',
  'MNIST, 784-128-10, 1,000 steps of SGD',
  'SGD at 0.01, batches of 32, 1,000 iterations. Chosen where the report is silent: no momentum, ReLU, one seed.',
  {
    task: mnist,
    models: [denseModel('784-128-10', [128])],
    training: { optimizer: { type: 'sgd', learningRate: 0.01 }, batchSize: 32, epochs: 1, maxSteps: 1000 },
    gradient: { perLayer: true },
    seeds: 1,
  },
)

const report3 = preset(
  'report-3',
  'cos x, 1-5-3-1',
  'The report says only that a function is learnt. Chosen: its cos x and network of 32 parameters (1-5-3-1, ReLU), the domain [-5, 5], 256 ' +
    'points, Adam at 0.001, the whole set in each step, 5,000 iterations, three seeds (a narrow ReLU network can die at once, which one seed alone ' +
    'would hide).',
  {
    task: { type: 'function', expression: 'cos(x)', domain: [-5, 5] },
    models: [denseModel('1-5-3-1', [5, 3])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full', epochs: 5000 },
    evaluateEveryEpochs: 50,
    gradient: { perLayer: true },
    seeds: 3,
  },
)

const report4 = preset(
  'report-4',
  'A ripple, 572 parameters',
  'The report does not say whether a function or MNIST. Chosen: its sin(5πx)/(5πx) and network of 572 parameters (1-10-18-15-4-1, ReLU), the ' +
    'domain [-1, 1], 2,048 points, Adam at 0.001, batches of 128, 300 epochs, three seeds (a narrow ReLU network can die at once, which one seed ' +
    'alone would hide).',
  {
    task: { type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)', points: 2048 },
    models: [denseModel('1-10-18-15-4-1', [10, 18, 15, 4])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 128, epochs: 300 },
    gradient: { perLayer: true },
    seeds: 3,
  },
)

export const gradientNormPresets: [GradientPreset, ...GradientPreset[]] = [
  ours,
  mnistDense,
  cifarCnn,
  report0,
  report1,
  report2,
  report3,
  report4,
]
