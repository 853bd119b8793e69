/** The data sets Basin knows: what they hold, not where their files are (electron/datasets) or how they are drawn. */
import type { Shape } from '../models/model'

export const datasetNames = ['digits', 'mnist', 'cifar10'] as const
export type DatasetName = (typeof datasetNames)[number]

export interface DatasetInfo {
  name: DatasetName
  title: string
  description: string
  shape: Shape
  classes: readonly string[]
  trainSize: number
  testSize: number
  /** Made by Basin itself, always there. */
  builtIn: boolean
}

const tenDigits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

export const datasets: Record<DatasetName, DatasetInfo> = {
  digits: {
    name: 'digits',
    title: 'Drawn digits',
    description: 'Digits drawn by Basin from strokes, with seeded slant, weight and noise. Nothing to download.',
    shape: [1, 28, 28],
    classes: tenDigits,
    trainSize: 10_000,
    testSize: 2_000,
    builtIn: true,
  },
  mnist: {
    name: 'mnist',
    title: 'MNIST',
    description: 'Handwritten digits, 28 by 28 grey pixels (LeCun, Cortes, Burges 1998).',
    shape: [1, 28, 28],
    classes: tenDigits,
    trainSize: 60_000,
    testSize: 10_000,
    builtIn: false,
  },
  cifar10: {
    name: 'cifar10',
    title: 'CIFAR-10',
    description: 'Colour photographs of ten kinds of things, 32 by 32 pixels (Krizhevsky 2009).',
    shape: [3, 32, 32],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    trainSize: 50_000,
    testSize: 10_000,
    builtIn: false,
  },
}

/** '32 × 32 pixels, RGB' */
export function pixelsText([channels, height, width]: Shape): string {
  return `${height} × ${width} pixels, ${channels === 3 ? 'RGB' : 'grey'}`
}
