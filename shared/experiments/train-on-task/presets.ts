/** Presets of "Train on an actual task": our own, and the dense networks of the reports. */
import type { Preset } from '../kind'
import { denseLayers, type ModelEntry } from '../model-groups'
import { trainOnTaskSchema, type TrainOnTaskInput, type TrainOnTaskSpec } from './spec'

type TaskPreset = Preset<TrainOnTaskSpec>

function preset(name: string, title: string, description: string, spec: TrainOnTaskInput): TaskPreset {
  return { name, title, description, spec: trainOnTaskSchema.parse(spec) }
}

function model(label: string, widths: number[]): ModelEntry {
  return { label, hidden: denseLayers(widths), initialization: 'pytorch' }
}

const ours = preset(
  'default',
  'Three depths, about 25,450 parameters each',
  'One, two and four hidden layers of nearly the same number of parameters learn to read drawn digits. Nothing to download; about ' +
    'ten seconds.',
  {},
)

const mnist128 = preset(
  'mnist-784-128-10',
  'MNIST, 128 hidden units',
  'The usual first network for MNIST: 101,770 parameters, Adam at 0.001, batches of 64, five epochs. Above 97 % on the test images.',
  {
    dataset: { name: 'mnist' },
    models: [model('784-128-10', [128])],
    training: { epochs: 5 },
  },
)

const mnist256 = preset(
  'mnist-784-256-256-10',
  'MNIST, two layers of 256 units',
  '269,322 parameters, Adam at 0.001, batches of 64, ten epochs. About 98 % on the test images.',
  {
    dataset: { name: 'mnist' },
    models: [model('784-256-256-10', [256, 256])],
    training: { epochs: 10 },
  },
)

const report1 = preset(
  'report-1',
  'MNIST, deep against shallow, 280,000 parameters',
  'Seven hidden layers (280,610 parameters) against one (280,645); Adam at 1e-4, batches of 64, five epochs. Chosen where the report ' +
    'is silent: ReLU, all 60,000 images, one seed. Its two convolutional networks are not in here.',
  {
    dataset: { name: 'mnist' },
    models: [model('Deep', [100, 200, 200, 200, 200, 200, 100]), model('Shallow', [353])],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, batchSize: 64, epochs: 5 },
  },
)

const report2 = preset(
  'report-2',
  'MNIST, one against two hidden layers',
  '784-128-10 and 784-128-64-10 (its log-softmax with negative log-likelihood is the same loss as cross-entropy); SGD at 0.001, ' +
    'batches of 128, 3,000 steps. Chosen where the report is silent: no momentum, ReLU in both, one seed.',
  {
    dataset: { name: 'mnist' },
    models: [model('784-128-10', [128]), model('784-128-64-10', [128, 64])],
    training: { optimizer: { type: 'sgd', learningRate: 0.001 }, batchSize: 128, epochs: 7, maxSteps: 3000 },
  },
)

const report3 = preset(
  'report-3',
  'MNIST, three depths, about 23,880 parameters',
  'One, two and three hidden layers of 23,860, 23,895 and 23,880 parameters, learning rate 0.001, 80 epochs. Chosen where the report ' +
    'is silent: the widths of the medium network, Adam, ReLU, batches of 64, one seed.',
  {
    dataset: { name: 'mnist' },
    models: [model('Shallow', [30]), model('Medium', [29, 28]), model('Deep', [29, 24, 11])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 64, epochs: 80 },
  },
)

export const trainOnTaskPresets: [TaskPreset, ...TaskPreset[]] = [ours, mnist128, mnist256, report1, report2, report3]
