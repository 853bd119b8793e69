/** Presets of "Parameter count": our own, and the settings of five reports on the same question. */
import { presetOf, type Preset } from '../kind'
import { denseLayers } from '../model-groups'
import { parameterCountSchema, type ParameterCountInput, type ParameterCountSpec } from './spec'

type CountPreset = Preset<ParameterCountSpec>

const preset = presetOf(parameterCountSchema)

type ModelInput = NonNullable<ParameterCountInput['models']>[number]

/** A dense network called by its widths. */
function model(...widths: number[]): ModelInput {
  return { label: widths.join('-'), hidden: denseLayers(widths) }
}

const mnist = { type: 'dataset', name: 'mnist' } as const
const oneByOne = { sizes: { counts: [] } }

const ours = preset(
  'default',
  'Ten sizes on drawn digits, three seeds',
  'Two hidden layers, their widths solved from ten numbers of parameters between 2,000 and 960,000, learn 1,000 drawn digits for ten epochs. ' +
    'Training and test against size on a log axis. Seconds.',
  {},
)

const mnistSizes = preset(
  'mnist',
  'MNIST, twelve sizes from 25 thousand to 7.4 million',
  'Two hidden layers of equal width, solved from the counts; Adam at 0.001, batches of 64, five epochs, three seeds. Many minutes.',
  {
    task: mnist,
    training: { epochs: 5 },
    sizes: {
      counts: [
        25_000, 42_000, 70_000, 117_000, 196_000, 328_000, 550_000, 920_000, 1_550_000, 2_600_000, 4_400_000, 7_400_000,
      ],
    },
  },
)

const depths = preset(
  'depths',
  'One, two and four hidden layers, eight sizes each',
  'Does it matter how the parameters are arranged? Three families at the same eight numbers of parameters on 5,000 images of MNIST, ten ' +
    'epochs, three seeds. Some minutes.',
  {
    task: { ...mnist, trainSize: 5000, testSize: 5000 },
    models: [
      { label: 'One hidden layer', hidden: denseLayers([64]) },
      { label: 'Two hidden layers', hidden: denseLayers([64, 64]) },
      { label: 'Four hidden layers', hidden: denseLayers([64, 64, 64, 64]) },
    ],
    training: { epochs: 10 },
    sizes: { counts: [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000] },
  },
)

const report0 = preset(
  'report-0',
  'MNIST, ten networks from 25,818 to 7,420,938 parameters',
  'Two hidden layers from 32-16 to 4096-1024, Adam at 0.001, batches of 64, five epochs. Chosen where the report is silent: ReLU, all 60,000 ' +
    'images, one seed.',
  {
    task: mnist,
    models: [
      model(32, 16),
      model(64, 32),
      model(128, 64),
      model(256, 128),
      model(512, 128),
      model(512, 256),
      model(1024, 256),
      model(1024, 512),
      model(2048, 512),
      model(4096, 1024),
    ],
    training: { epochs: 5 },
    seeds: 1,
    ...oneByOne,
  },
)

const report1 = preset(
  'report-1',
  'MNIST, five hidden layers of 10 to 100',
  'Ten networks of five equal layers, Adam at 1e-4, batches of 64, nine epochs. Chosen where the report is silent: ReLU, 55,000 images as in ' +
    'its other experiments, one seed.',
  {
    task: { ...mnist, trainSize: 55_000 },
    models: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((width) => ({
      label: `5 × ${width}`,
      hidden: denseLayers([width, width, width, width, width]),
    })),
    training: { optimizer: { type: 'adam', learningRate: 1e-4 }, epochs: 9 },
    seeds: 1,
    ...oneByOne,
  },
)

const report2 = preset(
  'report-2',
  'MNIST, one hidden layer of 8 to 4,096',
  'The report says nothing of this experiment. Chosen: ten widths of its own kind of network (784-128-10, ReLU), SGD at 0.01, batches of 32, ten ' +
    'epochs, one seed.',
  {
    task: mnist,
    models: [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096].map((width) => model(width)),
    training: { optimizer: { type: 'sgd', learningRate: 0.01 }, batchSize: 32, epochs: 10 },
    seeds: 1,
    ...oneByOne,
  },
)

const report3 = preset(
  'report-3',
  'MNIST, two hidden layers, a few thousand to a million',
  'Ten networks whose widths are solved from the counts. Chosen where the report is silent: counts from 4,000 to 1,000,000, equal widths, ReLU, ' +
    'Adam at 0.001, batches of 64, ten epochs, one seed.',
  {
    task: mnist,
    sizes: { counts: [4000, 7500, 14_000, 25_000, 48_000, 88_000, 160_000, 300_000, 550_000, 1_000_000] },
    training: { epochs: 10 },
    seeds: 1,
  },
)

const report4 = preset(
  'report-4',
  'MNIST, a first and a second layer that grow',
  'One hidden layer of 16, then a first layer of 32 to 128 with a second of 16, then 128-32 and 128-64; Adam, 20 epochs. Chosen where the report ' +
    'is silent: steps of 16 between 32 and 128 (ten networks in all), ReLU, learning rate 0.001, batches of 64, one seed.',
  {
    task: mnist,
    models: [
      model(16),
      ...[32, 48, 64, 80, 96, 112, 128].map((width) => model(width, 16)),
      model(128, 32),
      model(128, 64),
    ],
    training: { epochs: 20 },
    seeds: 1,
    ...oneByOne,
  },
)

export const parameterCountPresets: [CountPreset, ...CountPreset[]] = [
  ours,
  mnistSizes,
  depths,
  report0,
  report1,
  report2,
  report3,
  report4,
]
