/** Presets of "Simulate a function": some of our own, and the settings of five reports on the same question. */
import { optimizerWithDefaults, type Optimizer } from '../../models/optimizer'
import { presetOf, type Preset } from '../kind'
import { denseLayers, denseModel, type ModelEntry } from '../model-groups'
import { simulateFunctionSchema, type SimulateFunctionSpec } from './spec'

type FunctionPreset = Preset<SimulateFunctionSpec>

const preset = presetOf(simulateFunctionSchema)

const deep571 = denseModel('Deep', [5, 10, 10, 10, 10, 10, 5])
const shallow571 = denseModel('Shallow', [190])
const medium572 = denseModel('Medium', [10, 18, 15, 4])

const sinc = { expression: 'sin(5*pi*x)/(5*pi*x)' }

const ours = preset(
  'default',
  'What depth buys, at 571 parameters',
  'A ripple that quickens towards the ends, and two tanh networks of exactly 571 parameters: seven narrow ' +
    'layers against a single wide one. The deep one follows every wave; the shallow one draws a broad hump and ' +
    'stays there.',
  {},
)

const report0 = preset(
  'report-0',
  'Three depths, three optimizers, three learning rates',
  'Networks of 566, 561 and 568 parameters with 4, 6 and 8 layers; three smooth functions; Adam, SGD and ' +
    'RMSprop at 1e-4, 1e-3 and 1e-2 for 5,000 epochs. Chosen where the report is silent: the 6-layer widths (10 ' +
    'and 12, which give its 561), ReLU, the domain [0, 2] (the logarithm is singular at -0.25), 2,048 points, ' +
    'batches of 128, one seed.',
  {
    targets: [
      { expression: 'sin(0.2*x + 1)' },
      { expression: '5*x^2 - 0.5*x + 0.2' },
      { expression: 'log(abs(2*x + 0.5))' },
    ],
    data: { domain: [0, 2] },
    models: [
      denseModel('4 layers', [13, 19, 13]),
      denseModel('6 layers', [12, 10, 12, 10, 12]),
      denseModel('8 layers', [9, 9, 9, 9, 9, 9, 9]),
    ],
    training: { optimizer: { type: 'adam', learningRate: 1e-3 }, epochs: 5000 },
    sweep: { optimizers: ['adam', 'sgd', 'rmsprop'], learningRates: [1e-4, 1e-3, 1e-2] },
    seeds: 1,
  },
)

const report1 = preset(
  'report-1',
  'Deep against shallow on 2x·cos(x)+2',
  'Two ReLU networks of 571 parameters, Adam at 0.005, 2,000 epochs. Chosen where the report is silent: the ' +
    'domain [-5, 5], 2,048 points, batches of 128, three seeds (a narrow ReLU network can die at once, which one ' +
    'seed alone would hide).',
  {
    targets: [{ expression: '2*x*cos(x) + 2' }],
    data: { domain: [-5, 5] },
    models: [deep571, shallow571],
    training: { optimizer: { type: 'adam', learningRate: 0.005 }, epochs: 2000 },
    seeds: 3,
  },
)

const report2 = preset(
  'report-2',
  'Width, optimizer and a softmax activation',
  'x³ and sin(5πx) on [-2, 2], 40,000 points, 3,000 epochs: 128 ReLU units with SGD at 0.01, 1,024 ReLU units ' +
    'with Adam at 0.001, 28 softmax units with Adam at 0.001. Chosen where the report is silent: the whole set in ' +
    'each step, one seed.',
  {
    targets: [{ expression: 'x^3' }, { expression: 'sin(5*pi*x)' }],
    data: { domain: [-2, 2], points: 40_000 },
    models: [
      { ...denseModel('128 ReLU', [128]), optimizer: optimizerWithDefaults('sgd', 0.01) },
      { ...denseModel('1,024 ReLU', [1024]), optimizer: optimizerWithDefaults('adam', 0.001) },
      { ...denseModel('28 softmax', [28], 'softmax'), optimizer: optimizerWithDefaults('adam', 0.001) },
    ],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full', epochs: 3000 },
    seeds: 1,
  },
)

const report3 = preset(
  'report-3',
  'Three depths, 1,000 parameters each, on cos x and arcsinh x',
  'One, three and five hidden layers of exactly 1,000 parameters, learning rate 0.001. Chosen where the report ' +
    'is silent: the widths of the deep network, Adam, ReLU, the domain [-5, 5], 2,048 points, the whole set in ' +
    'each step (so that an epoch is an iteration), 2,000 epochs, three seeds (a narrow ReLU network can die at ' +
    'once, which one seed alone would hide).',
  {
    targets: [{ expression: 'cos(x)' }, { expression: 'asinh(x)' }],
    data: { domain: [-5, 5] },
    models: [
      denseModel('Shallow', [333]),
      denseModel('Medium', [38, 11, 38]),
      denseModel('Deep', [13, 15, 17, 15, 13]),
    ],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full', epochs: 2000 },
    seeds: 3,
  },
)

const report4 = preset(
  'report-4',
  'Three depths on a ripple and on a square wave',
  'ReLU networks of 571, 572 and 571 parameters on sin(5πx)/(5πx) and sgn(sin(5πx)). Chosen where the report is ' +
    'silent: the domain [-1, 1], 2,048 points, Adam at 0.001, batches of 128, 2,000 epochs, three seeds (a narrow ' +
    'ReLU network can die at once, which one seed alone would hide).',
  {
    targets: [sinc, { expression: 'sign(sin(5*pi*x))' }],
    models: [deep571, medium572, shallow571],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, epochs: 2000 },
    seeds: 3,
  },
)

/** The same network for each optimizer; what is smooth suits those that look at curvature. */
function smallTanh(label: string, optimizer: Optimizer): ModelEntry {
  return { label, hidden: denseLayers([10, 10], 'tanh'), initialization: 'glorot-uniform', optimizer }
}

const secondOrder = preset(
  'second-order',
  'What curvature buys: Adam, L-BFGS, Levenberg-Marquardt',
  'One network of 141 parameters learns sin(5πx)/(5πx) three ways, in 500 steps on the whole set. Each optimizer that knows more of the ' +
    'curvature ends orders of magnitude lower, and pays for it in time per step. In float64, because float32 ends near 1e-8. Seconds.',
  {
    targets: [sinc],
    data: { points: 256 },
    models: [
      smallTanh('Adam', optimizerWithDefaults('adam', 0.01)),
      smallTanh('L-BFGS', optimizerWithDefaults('lbfgs')),
      smallTanh('Levenberg-Marquardt', optimizerWithDefaults('levenberg-marquardt')),
    ],
    training: { batchSize: 'full', epochs: 500, precision: 'float64' },
    seeds: 3,
  },
)

export const simulateFunctionPresets: [FunctionPreset, ...FunctionPreset[]] = [
  ours,
  secondOrder,
  report0,
  report1,
  report2,
  report3,
  report4,
]
