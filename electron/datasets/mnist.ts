/** MNIST's four files: images [N, 28, 28] and labels [N], training and test, in idx format. */
import { datasets } from '../../shared/data/datasets'
import { parseIdx } from './idx'
import { damaged, withCommas } from './problems'
import type { RawSplit } from './raw'

const [, height, width] = datasets.mnist.shape
const classCount = datasets.mnist.classes.length

/** Names the files have when Basin stores them, as they were published. */
export const mnistFileNames = {
  training: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
} as const

/** [N, 28, 28] pixels. @throws `dataset/damaged` */
export function parseMnistImages(file: string, bytes: Uint8Array): { count: number; pixels: Uint8Array } {
  const { shape, data } = parseIdx(file, bytes)
  const [count, rows, columns] = shape
  if (shape.length !== 3 || rows !== height || columns !== width)
    throw damaged(file, `its shape is ${shape.join('x')}; images of MNIST are Nx${height}x${width}`)
  if (!count) throw damaged(file, 'it holds no images')
  return { count, pixels: data }
}

/** [N] labels, 0 to 9. @throws `dataset/damaged` */
export function parseMnistLabels(file: string, bytes: Uint8Array): Uint8Array {
  const { shape, data } = parseIdx(file, bytes)
  if (shape.length !== 1) throw damaged(file, `its shape is ${shape.join('x')}; labels of MNIST are N`)
  if (data.length === 0) throw damaged(file, 'it holds no labels')
  const bad = data.findIndex((label) => label >= classCount)
  if (bad >= 0) throw damaged(file, `label ${withCommas(bad)} is ${data[bad]}; labels are 0 to ${classCount - 1}`)
  return data
}

/** @throws `dataset/damaged` where the two files do not belong together. */
export function checkMnistCounts(imageFile: string, images: number, labelFile: string, labels: number): void {
  if (images !== labels)
    throw damaged(labelFile, `it has ${withCommas(labels)} labels for the ${withCommas(images)} images of ${imageFile}`)
}

export function parseMnistSplit(
  imageFile: string,
  imageBytes: Uint8Array,
  labelFile: string,
  labelBytes: Uint8Array,
): RawSplit {
  const { count, pixels } = parseMnistImages(imageFile, imageBytes)
  const labels = parseMnistLabels(labelFile, labelBytes)
  checkMnistCounts(imageFile, count, labelFile, labels.length)
  return { count, pixels, labels }
}
