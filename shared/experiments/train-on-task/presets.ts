/** Presets of "Train on an actual task": our own, and those of the reports. */
import type { Layer } from '../../models/model'
import { batchNormNet, convNet, convNet5, withDropout } from '../../models/ready-networks'
import { presetOf, type Preset } from '../kind'
import { denseModel, type ModelEntry } from '../model-groups'
import { trainOnTaskSchema, type TrainOnTaskSpec } from './spec'

type TaskPreset = Preset<TrainOnTaskSpec>

const preset = presetOf(trainOnTaskSchema)

function network(label: string, hidden: Layer[]): ModelEntry {
  return { label, hidden, initialization: 'pytorch' }
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
    models: [denseModel('784-128-10', [128])],
    training: { epochs: 5 },
  },
)

const mnist256 = preset(
  'mnist-784-256-256-10',
  'MNIST, two layers of 256 units',
  '269,322 parameters, Adam at 0.001, batches of 64, ten epochs. About 98 % on the test images.',
  {
    dataset: { name: 'mnist' },
    models: [denseModel('784-256-256-10', [256, 256])],
    training: { epochs: 10 },
  },
)

const digitsCnn = preset(
  'digits-cnn',
  'Convolutions against dense layers',
  'A small convolutional network and a dense one of nearly the same number of parameters (26,698 and 27,040) read drawn digits. Nothing ' +
    'to download; seconds.',
  {
    models: [network('CNN', convNet([8, 16], 32)), denseModel('Dense', [34])],
    training: { epochs: 6 },
  },
)

const regularized = preset(
  'cifar10-regularized',
  'CIFAR-10: batch normalisation and dropout',
  'One network three ways: plain, with batch normalisation, and with dropout too. The plain one soon knows its training images by heart; ' +
    'watch the gap between the dashed and the solid curves. AdamW with a cosine schedule over 15 epochs.',
  {
    dataset: { name: 'cifar10' },
    models: [
      network('Plain', convNet([16, 32, 64], 128)),
      network('Batch norm', batchNormNet([16, 32, 64], 128)),
      network('Batch norm, dropout', withDropout(batchNormNet([16, 32, 64], 128), 0.5)),
    ],
    training: {
      optimizer: { type: 'adamw', learningRate: 0.001, schedule: { type: 'cosine', length: 15 } },
      epochs: 15,
    },
  },
)

const sideBySide = preset(
  'dense-and-cnn',
  'MNIST and CIFAR-10: dense against convolutional',
  'A dense network with two hidden layers of 256 and a convolutional one (269,322 and 206,922 parameters on MNIST, 855,050 and 268,650 on ' +
    'CIFAR-10) learn both data sets, three seeds each: ten epochs of 10,000 images. See on which of them convolutions pay.',
  {
    dataset: { name: 'mnist', trainSize: 10_000, testSize: 5000 },
    alsoOn: ['cifar10'],
    models: [denseModel('Dense', [256, 256]), network('CNN', convNet([16, 32], 128))],
    training: { epochs: 10 },
    seeds: 3,
  },
)

const report0 = preset(
  'report-0',
  'CIFAR-10, three convolutional networks',
  'Two blocks of 16 and 32 filters with a dense layer of 128 (268,650 parameters), the same with 32, 64 and 256 (1,070,794), and three ' +
    'blocks of 16, 32 and 64 with 256 (288,554); Adam at 0.001, batches of 64, 25 epochs. Chosen where the report is silent: ReLU, pooling ' +
    'by the largest of 2 × 2, pixels from 0 to 1, all 50,000 images, one seed.',
  {
    dataset: { name: 'cifar10' },
    models: [
      network('CNN 1', convNet([16, 32], 128)),
      network('CNN 2', convNet([32, 64], 256)),
      network('CNN 3', convNet([16, 32, 64], 256)),
    ],
    training: { epochs: 25 },
  },
)

const report1 = preset(
  'report-1',
  'MNIST, deep against shallow, dense and convolutional',
  'Dense networks with seven hidden layers (280,610 parameters) and with one (280,645), then two convolutional ones, the second with one ' +
    'more convolution and pooling; Adam at 1e-4, batches of 64, five epochs of 55,000 images: 4,300 iterations (the ' +
    'report counts 4,297, which is 5 · 55,000 / 64). Chosen where ' +
    'the report is silent: the filters (16 and 32, then 64) and dense layer (128) of its convolutional networks, ReLU, one seed.',
  {
    dataset: { name: 'mnist', trainSize: 55_000 },
    models: [
      denseModel('Deep', [100, 200, 200, 200, 200, 200, 100]),
      denseModel('Shallow', [353]),
      network('CNN 1', convNet([16, 32], 128)),
      network('CNN 2', convNet([16, 32, 64], 128)),
    ],
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 5 },
  },
)

const report2 = preset(
  'report-2',
  'MNIST, one against two hidden layers',
  '784-128-10 and 784-128-64-10 (its log-softmax with negative log-likelihood is the same loss as cross-entropy); SGD at 0.001, ' +
    'batches of 128, 3,000 steps. Chosen where the report is silent: no momentum, ReLU in both, one seed.',
  {
    dataset: { name: 'mnist' },
    models: [denseModel('784-128-10', [128]), denseModel('784-128-64-10', [128, 64])],
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
    models: [denseModel('Shallow', [30]), denseModel('Medium', [29, 28]), denseModel('Deep', [29, 24, 11])],
    training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 64, epochs: 80 },
  },
)

const report4 = preset(
  'report-4',
  'MNIST, three convolutional networks',
  'Kernels of 5 with 10 and 20 filters and a dense layer of 50 (21,840 parameters); kernels of 3 with a border, 16 and 32 filters, dense ' +
    '128 (206,922); and 32, 64 and 128 filters, dense 256 (390,410). Chosen where the report is silent: pooling by the largest of 2 × 2 after ' +
    'each convolution, ReLU, Adam at 0.001, batches of 64, ten epochs, one seed.',
  {
    dataset: { name: 'mnist' },
    models: [
      network('CNN 10-20', convNet5([10, 20], 50)),
      network('CNN 16-32', convNet([16, 32], 128)),
      network('CNN 32-64-128', convNet([32, 64, 128], 256)),
    ],
    training: { epochs: 10 },
  },
)

export const trainOnTaskPresets: [TaskPreset, ...TaskPreset[]] = [
  ours,
  digitsCnn,
  mnist128,
  mnist256,
  regularized,
  sideBySide,
  report0,
  report1,
  report2,
  report3,
  report4,
]
