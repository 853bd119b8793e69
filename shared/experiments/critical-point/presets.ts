/** Presets of "Critical points": ours first, then what the five reports ran. */
import type { Activation } from '../../models/layers'
import type { Initialization } from '../../models/model'
import { denseLayers, type ModelEntry } from '../model-groups'
import { presetOf, type Preset } from '../kind'
import { criticalPointSchema, type CriticalPointExperiment } from './spec'

type CriticalPointPreset = Preset<CriticalPointExperiment>

const preset = presetOf(criticalPointSchema)

/** A network of one input and one output, called by its widths. */
function model(
  widths: readonly number[],
  activation: Activation,
  initialization: Initialization,
  label = `1-${widths.join('-')}-1`,
): ModelEntry {
  return { label, hidden: denseLayers(widths, activation), initialization }
}

const sinc = { type: 'function', expression: 'sin(5*pi*x)/(5*pi*x)' } as const

const ours = preset(
  'default',
  'A hundred trainings, a hundred places where the gradient vanishes',
  'A network of 251 parameters learns sin(5πx)/(5πx) a hundred times from other first weights. After 1,000 steps on the loss, Newton steps ' +
    'on the gradient norm take each to a point where it is below 1e-5. Are these minima? The eigenvalues of the Hessian tell. A minute on two cores.',
  {},
)

const methods = preset(
  'methods',
  'Four ways to make the gradient vanish',
  'The same 20 trainings of 141 parameters go on with Newton, Levenberg-Marquardt, L-BFGS and Adam on the gradient norm. Those that use the ' +
    'Hessian mostly reach the target; the others come to a halt far above it, and are drawn as rings.',
  {
    models: [model([10, 10], 'tanh', 'glorot-uniform')],
    seeds: 20,
    search: { methods: ['newton', 'levenberg-marquardt', 'lbfgs', 'adam'], maxSteps: 1000 },
  },
)

const large = preset(
  'lanczos-mnist',
  'Too large for a Hessian: the density of its eigenvalues',
  'Dense 784-30-10 on 2,000 images of MNIST: 23,860 parameters, whose Hessian alone would take 4.6 GB. Stochastic Lanczos quadrature estimates ' +
    'how its eigenvalues are spread from products with vectors. Two seeds, L-BFGS on the gradient norm.',
  {
    task: { type: 'dataset', name: 'mnist', trainSize: 2000, testSize: 2000 },
    models: [{ label: '784-30-10', hidden: denseLayers([30], 'tanh'), initialization: 'glorot-uniform' }],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 64, epochs: 20 },
    evaluateEveryEpochs: 1,
    seeds: 2,
    search: { switchAt: { at: 'epoch', epoch: 20 }, methods: ['lbfgs'], targetNorm: 1e-2, maxSteps: 300 },
    // Below that an estimate does not tell small eigenvalues from none.
    tolerance: 1e-3,
    neighbours: { count: 20 },
    spectrum: 'lanczos',
  },
)

const report0 = preset(
  'report-0',
  'Three layers on a ripple, switched by the gradient norm',
  'sin(5πx)/(5πx), the loss until the gradient norm is below 5e-5, then the gradient norm; the share of random neighbours with a higher loss ' +
    'beside the eigenvalues. The report took the diagonal of the Hessian for them; here it is the whole Hessian. Chosen where the report is ' +
    'silent: tanh, widths of 10, 256 points on [-1, 1], the whole set in each step, L-BFGS for the loss (Adam does not get below 5e-5), ' +
    'Newton until 1e-6, 1,000 neighbours, 100 trainings.',
  {
    task: sinc,
    models: [model([10, 10], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'lbfgs' }, epochs: 3000 },
    search: { switchAt: { at: 'gradient-norm', norm: 5e-5 }, targetNorm: 1e-6 },
    neighbours: { count: 1000 },
  },
)

const report1 = preset(
  'report-1',
  'Three hidden layers of ten, 30,000 iterations on the loss',
  '2x·cos(x)+2 with 1-10-10-10-1 ReLU, Adam at 1e-4 and batches of 64; after 30,000 iterations Adam follows the gradient norm. 100 trainings. ' +
    'Chosen where the report is silent: the domain [-5, 5], 2,048 points, 10,000 more iterations, a norm of 0.1 as the target, which most ' +
    'do not reach. The report scaled the gradient norm by 1e-5, which Adam does not notice.',
  {
    task: { type: 'function', expression: '2*x*cos(x) + 2', domain: [-5, 5], points: 2048 },
    models: [model([10, 10, 10], 'relu', 'pytorch')],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, batchSize: 64, epochs: 938 },
    evaluateEveryEpochs: 20,
    search: {
      switchAt: { at: 'step', step: 30_000 },
      methods: ['adam'],
      learningRate: 1e-4,
      targetNorm: 0.1,
      maxSteps: 10_000,
    },
  },
)

const report2 = preset(
  'report-2',
  'Levenberg-Marquardt',
  'The report took Levenberg-Marquardt, because the full Hessian of its network was more than 62 GB could hold. Here it goes to a network whose ' +
    'Hessian fits: 1-128-1 of 385 parameters on x³ on [-2, 2]. 100 trainings. Chosen where the report is silent: that network, tanh instead of ' +
    'ReLU (which has no second derivative), 256 points, 100 steps of Levenberg-Marquardt on the loss, then on the gradient norm until 5e-4.',
  {
    task: { type: 'function', expression: 'x^3', domain: [-2, 2] },
    models: [model([128], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'levenberg-marquardt' }, epochs: 100 },
    evaluateEveryEpochs: 10,
    search: {
      switchAt: { at: 'step', step: 100 },
      methods: ['levenberg-marquardt'],
      targetNorm: 5e-4,
      maxSteps: 100,
    },
  },
)

const report3 = preset(
  'report-3',
  'Cos x, two hidden layers',
  'cos x with 1-5-3-1, 32 parameters, Adam at 0.001. 100 trainings. Chosen where the report is silent: the widths (those of its weight ' +
    'trajectories), tanh, the domain [-5, 5], 256 points, the whole set in each step, 5,000 iterations on the loss, then Newton until 1e-6.',
  {
    task: { type: 'function', expression: 'cos(x)', domain: [-5, 5] },
    models: [model([5, 3], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, epochs: 5000 },
    search: { switchAt: { at: 'step', step: 5000 }, targetNorm: 1e-6 },
  },
)

const report4 = preset(
  'report-4',
  'Two stages',
  'First the loss, then the gradient norm, 100 trainings. Chosen where the report is silent: all but the number; sin(5πx)/(5πx) and one hidden ' +
    'layer of 30 tanh units (91 parameters), 256 points on [-1, 1], Adam at 0.001 for 3,000 iterations on the whole set, then Newton until 1e-6.',
  {
    task: sinc,
    models: [model([30], 'tanh', 'glorot-uniform')],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, epochs: 3000 },
    search: { switchAt: { at: 'step', step: 3000 }, targetNorm: 1e-6 },
  },
)

export const criticalPointPresets: [CriticalPointPreset, ...CriticalPointPreset[]] = [
  ours,
  methods,
  large,
  report0,
  report1,
  report2,
  report3,
  report4,
]
