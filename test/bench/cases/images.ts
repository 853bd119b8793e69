/** Training on images: the dense network on MNIST's and on random ones, the convolutional one on CIFAR-10's. */
import { loadDataset } from '../../../electron/datasets/load'
import type { SimdLevel } from '../../../electron/engines/native'
import type { Layer, Model } from '../../../shared/models/model'
import { denseModel, randomSamples } from '../../native/sessions'
import type { BenchCase } from '../bench-case'
import { openSession, trainSteps } from './training'

const batch = 64
/** A batch of so many comes from memory, not from a cache. */
const samples = 12_800

const denseSizes = [784, 256, 256, 10]
const dense = denseModel(denseSizes, 'relu')

const convolution = (filters: number): Layer => ({
  type: 'conv2d',
  filters,
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1],
  activation: 'relu',
})
const pool: Layer = { type: 'max-pool', size: [2, 2], padding: [0, 0] }
const convolutional: Model = {
  inputSize: 3 * 32 * 32,
  inputShape: [3, 32, 32],
  layers: [
    convolution(32),
    pool,
    convolution(64),
    pool,
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: 10, activation: 'linear' },
  ],
  initialization: 'pytorch',
}

interface Images {
  inputs: Float32Array
  labels: Uint8Array
}

async function images(name: 'mnist' | 'cifar10', count?: number): Promise<Images> {
  const folder = process.env.BASIN_DATASETS
  if (!folder) throw new Error(`BASIN_DATASETS names no folder with ${name}`)
  const { training } = await loadDataset(name, [folder], { ...(count && { trainSize: count }), seed: 1 })
  return training
}

interface Setting {
  threads: number
  simd?: SimdLevel
}

function imageCase(
  name: string,
  { threads, simd }: Setting,
  network: { model: Model; kind: string; steps: { ours: number; peer: number } },
  load: () => Promise<Images>,
): BenchCase {
  const { model, kind, steps } = network
  return {
    name,
    threads,
    ...(simd && { simd }),
    unit: 'step',
    open: async (engine, files) => {
      const data = await load()
      const session = openSession(engine, model, 'softmax-cross-entropy', threads, data)
      const task = {
        kind,
        batch,
        sizes: denseSizes,
        inputs: files.write(data.inputs),
        labels: files.write(data.labels),
      }
      return {
        run: (count) => trainSteps(session, count, batch),
        steps: steps.ours,
        peers: [{ program: 'torch', task, steps: steps.peer }],
        close: () => session.dispose(),
      }
    },
  }
}

const denseNetwork = { model: dense, kind: 'train-dense', steps: { ours: 250, peer: 150 } }
const convolutionalNetwork = { model: convolutional, kind: 'train-convolutional', steps: { ours: 15, peer: 8 } }
const randomImages = async () => randomSamples(dense, 'softmax-cross-entropy', samples) as Images

const mnistCase = (setting: Setting) =>
  imageCase('mnist-784-256-256-10', setting, denseNetwork, () => images('mnist', samples))
const randomCase = (setting: Setting) => imageCase('random-784-256-256-10', setting, denseNetwork, randomImages)
const cifarCase = (setting: Setting) => imageCase('cifar10-cnn', setting, convolutionalNetwork, () => images('cifar10'))

const settings: Setting[] = [{ threads: 1 }, { threads: 2 }]
const withAvx2: Setting[] = [...settings, { threads: 1, simd: 'avx2' }, { threads: 2, simd: 'avx2' }]

export const imageCases = [...withAvx2.map(mnistCase), ...settings.map(randomCase), ...withAvx2.map(cifarCase)]
