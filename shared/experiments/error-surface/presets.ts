/** Presets of "Error surface": ours first; then the networks of the five reports, which were asked for a surface and mostly drew none. */
import type { Activation } from '../../models/layers'
import type { Initialization } from '../../models/model'
import { denseLayers, type ModelEntry } from '../model-groups'
import { presetOf, type Preset } from '../kind'
import { errorSurfaceSchema, type ErrorSurfaceExperiment } from './spec'

type ErrorSurfacePreset = Preset<ErrorSurfaceExperiment>

const preset = presetOf(errorSurfaceSchema)

/** A network of one input and one output, called by its widths. */
function model(widths: readonly number[], activation: Activation, initialization: Initialization): ModelEntry {
  return { label: `1-${widths.join('-')}-1`, hidden: denseLayers(widths, activation), initialization }
}

const sinc = { type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' } as const

const ours = preset(
  'default',
  'The way of a training, and the valley it takes',
  'A network of 251 parameters learns sin(5πx)/(5πx). The loss is drawn on the plane of the two main axes of its way, with the way on top, and ' +
    'beside it how far the loss of the plane is from that of the way. Ten seconds.',
  {},
)

const random = preset(
  'random',
  'Random directions, each filter at its own scale',
  'The same training seen along two random directions from its end, in which each row of weights is as long as the row it is added to (Li et ' +
    'al. 2018). The minimum looks round: random directions hardly ever meet the few in which the loss bends.',
  { surface: { directions: 'random' } },
)

const line = preset(
  'line',
  'From one minimum to another',
  'Two trainings of the same network from other first weights: the loss on the straight line between their ends. There is a ridge in between.',
  { seeds: 2, surface: { directions: 'runs', dimensions: 1, span: [-1.5, 1.5], resolution: 201 } },
)

const plane = preset(
  'plane-through-three',
  'The plane through three minima',
  'Three trainings of the same network, and the one plane on which all three ends lie.',
  { seeds: 3, surface: { directions: 'runs', span: [-1.3, 1.3] } },
)

const mnist = preset(
  'mnist',
  'MNIST, dense 784-128-10',
  '101,770 parameters on MNIST, Adam at 1e-3, batches of 64, 5 epochs with ten snapshots each; the loss of the first 1,000 training images on ' +
    'the plane of the main axes. A minute on two cores.',
  {
    task: { type: 'dataset', name: 'mnist' },
    models: [{ label: '784-128-10', hidden: denseLayers([128]) }],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, epochs: 5 },
    evaluateEveryEpochs: 1,
    snapshots: { every: 94, unit: 'step' },
    surface: { samples: 1000 },
  },
)

const asked = 'The report was asked for a surface and left no settings: its network of the critical points is taken. '

const report0 = preset(
  'report-0',
  'Three layers on a ripple',
  asked +
    'sin(5πx)/(5πx), 1-10-10-1 tanh, 256 points, L-BFGS on the whole set for 500 steps; the plane of the main axes of its way.',
  {
    task: sinc,
    models: [model([10, 10], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'lbfgs' }, batchSize: 'full', epochs: 500 },
  },
)

const report1 = preset(
  'report-1',
  'Three hidden layers of ten',
  asked +
    '2x·cos(x)+2 on [-5, 5], 1-10-10-10-1 ReLU, 2,048 points, Adam at 1e-4 and batches of 64 for 30,000 iterations; the plane of the main axes.',
  {
    task: { type: 'function', expression: '2*x*cos(x) + 2', domain: [-5, 5], points: 2048 },
    models: [model([10, 10, 10], 'relu', 'pytorch')],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, batchSize: 64, epochs: 938, maxSteps: 30_000 },
    evaluateEveryEpochs: 20,
    snapshots: { every: 20, unit: 'epoch' },
  },
)

const report2 = preset(
  'report-2',
  'One wide layer, Levenberg-Marquardt',
  asked +
    'x³ on [-2, 2], 1-128-1 tanh, 256 points, Levenberg-Marquardt for 100 steps; random directions with filters at their own scale.',
  {
    task: { type: 'function', expression: 'x^3', domain: [-2, 2] },
    models: [model([128], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'levenberg-marquardt' }, batchSize: 'full', epochs: 100 },
    snapshots: { every: 5, unit: 'epoch' },
    surface: { directions: 'random' },
  },
)

const report3 = preset(
  'report-3',
  'Cos x, two hidden layers',
  asked +
    'cos x on [-5, 5], 1-5-3-1 tanh of 32 parameters, 256 points, Adam at 0.001 on the whole set for 5,000 iterations; the plane of the main axes.',
  {
    task: { type: 'function', expression: 'cos(x)', domain: [-5, 5] },
    models: [model([5, 3], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full', epochs: 5000 },
    evaluateEveryEpochs: 100,
    snapshots: { every: 100, unit: 'epoch' },
  },
)

const report4 = preset(
  'report-4',
  'One hidden layer on a ripple',
  asked +
    'sin(5πx)/(5πx), one hidden layer of 30 tanh units, 256 points, Adam at 0.001 on the whole set for 3,000 iterations; the plane of the main axes.',
  {
    task: sinc,
    models: [model([30], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full', epochs: 3000 },
    evaluateEveryEpochs: 100,
    snapshots: { every: 60, unit: 'epoch' },
  },
)

export const errorSurfacePresets: [ErrorSurfacePreset, ...ErrorSurfacePreset[]] = [
  ours,
  random,
  line,
  plane,
  mnist,
  report0,
  report1,
  report2,
  report3,
  report4,
]
