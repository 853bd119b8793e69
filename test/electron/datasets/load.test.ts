import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DatasetLibrary } from '../../../electron/datasets/library'
import { loadDataset } from '../../../electron/datasets/load'
import type { DatasetName } from '../../../shared/data/datasets'
import {
  cifarFiles,
  contentOf,
  gzipped,
  imageFile,
  mnistFiles,
  realDataFolder,
  useTempFolders,
  writeFiles,
} from './fixtures'

const tempFolder = useTempFolders()
const realData = realDataFolder()

async function stateOf(library: DatasetLibrary, name: DatasetName) {
  return (await library.list()).find(({ info }) => info.name === name)!
}

/** Instead of toEqual, which takes seconds for millions of numbers. */
function sameBytes(a: Float32Array, b: Float32Array): boolean {
  return Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0
}

describe('loading a data set', () => {
  it('gives pixels from 0 to 1 and labels', async () => {
    const folder = tempFolder()
    await writeFiles(join(folder, 'mnist'), mnistFiles())
    const { training, test } = await loadDataset('mnist', [folder], { seed: 1 })
    const images = imageFile(30, 1).subarray(16)
    expect(training.inputs).toEqual(Float32Array.from(images, (byte) => byte / 255))
    expect([...training.labels.subarray(0, 5)]).toEqual([1, 4, 7, 0, 3])
    expect([test.inputs.length, test.labels.length]).toEqual([12 * 784, 12])
  })

  it('draws the same part for the same seed, another for another, and smaller parts from larger ones', async () => {
    const part = async (seed: number, trainSize?: number) =>
      (await loadDataset('digits', [], { trainSize, testSize: 10, seed })).training
    const images = ({ inputs }: { inputs: Float32Array }) =>
      Array.from({ length: inputs.length / 784 }, (_, i) => inputs.slice(i * 784, (i + 1) * 784).join())
    const [one, again, other, larger] = [await part(1, 50), await part(1, 50), await part(2, 50), await part(1, 80)]
    expect(sameBytes(one.inputs, again.inputs)).toBe(true)
    expect(images(one)).not.toEqual(images(other))
    expect(images(larger)).toEqual(expect.arrayContaining(images(one)))
    expect(new Set(images(one)).size).toBe(50)
    expect(sameBytes((await part(1, 10_000)).inputs, (await part(2)).inputs)).toBe(true)
  })

  it('keeps image and label together in a part', async () => {
    const whole = await loadDataset('digits', [], { seed: 0 })
    const part = await loadDataset('digits', [], { trainSize: 40, testSize: 30, seed: 9 })
    const labelOf = new Map<string, number>()
    for (const { inputs, labels } of [whole.training, whole.test])
      labels.forEach((label, i) => labelOf.set(inputs.subarray(i * 784, (i + 1) * 784).join(), label))
    for (const { inputs, labels } of [part.training, part.test])
      labels.forEach((label, i) => expect(labelOf.get(inputs.subarray(i * 784, (i + 1) * 784).join())).toBe(label))
  })

  it('says how many there are when more are asked for', async () => {
    const message = 'Drawn digits has 2,000 test images here, not 2,001'
    await expect(loadDataset('digits', [], { testSize: 2001, seed: 1 })).rejects.toMatchObject({
      code: 'spec/invalid',
      message,
      issues: [{ path: ['data', 'testSize'], message }],
    })
  })

  it('says how to get what is missing', async () => {
    await expect(loadDataset('cifar10', [tempFolder(), join(tempFolder(), 'none')], { seed: 1 })).rejects.toMatchObject(
      {
        code: 'dataset/missing',
        message: expect.stringMatching(/Data page.*basin data fetch cifar10.*BASIN_DATASETS/),
      },
    )
  })

  it('reads files again that have changed', async () => {
    const folder = tempFolder()
    await writeFiles(folder, mnistFiles())
    const load = async () => (await loadDataset('mnist', [folder], { seed: 1 })).training.inputs
    const before = await load()
    const path = join(folder, 'train-images-idx3-ubyte')
    await writeFile(path, imageFile(30, 7))
    await utimes(path, new Date(), new Date(Date.now() + 5000))
    expect(await load()).not.toEqual(before)
  })
})

describe('finding data sets', () => {
  it.each([
    ['by data set', 'mnist', 'cifar10'],
    ['flat', '', ''],
    ['as others unpack them', 'MNIST/raw', 'cifar10/cifar-10-batches-bin'],
  ])('uses a folder laid out %s where it is', async (_layout, mnistPlace, cifarPlace) => {
    for (const pack of [gzipped, (files: Record<string, Buffer>) => files]) {
      const [home, extraFolder] = [tempFolder(), tempFolder()]
      await writeFiles(join(extraFolder, mnistPlace), pack(mnistFiles()))
      await writeFiles(join(extraFolder, cifarPlace), pack(cifarFiles()))
      const library = new DatasetLibrary({ home, extraFolder })
      expect(await stateOf(library, 'mnist')).toMatchObject({
        state: 'partial',
        trainSize: 30,
        testSize: 12,
        folder: join(extraFolder, mnistPlace),
      })
      expect(await stateOf(library, 'cifar10')).toMatchObject({ state: 'partial', trainSize: 12, testSize: 4 })
      expect((await library.load('mnist', { seed: 1 })).training.labels.length).toBe(30)
      expect((await library.load('cifar10', { seed: 1 })).training.inputs.length).toBe(12 * 3072)
      expect(await contentOf(home)).toEqual({})
    }
  })

  it('prefers what is stored to what is in another folder', async () => {
    const [home, extraFolder] = [tempFolder(), tempFolder()]
    await writeFiles(extraFolder, mnistFiles(20, 10))
    const library = new DatasetLibrary({ home, extraFolder })
    expect(await stateOf(library, 'mnist')).toMatchObject({ trainSize: 20, folder: extraFolder })
    await library.import('mnist', await writeFiles(join(tempFolder(), 'other'), mnistFiles(25, 10)))
    expect(await stateOf(library, 'mnist')).toMatchObject({ trainSize: 25, folder: join(home, 'datasets/mnist') })
  })

  it('tells what is wrong with files in place', async () => {
    const extraFolder = tempFolder()
    const library = new DatasetLibrary({ home: tempFolder(), extraFolder })
    const files = gzipped(mnistFiles())
    await writeFiles(extraFolder, { 'train-images-idx3-ubyte.gz': files['train-images-idx3-ubyte.gz']! })
    expect(await stateOf(library, 'mnist')).toMatchObject({
      state: 'damaged',
      problem: expect.stringContaining('lacks train-labels-idx1-ubyte'),
    })
    const [cut] = await writeFiles(extraFolder, {
      ...files,
      'train-images-idx3-ubyte.gz': files['train-images-idx3-ubyte.gz']!.subarray(0, 150),
    })
    expect(await stateOf(library, 'mnist')).toMatchObject({ state: 'damaged', problem: expect.stringContaining(cut!) })
    await expect(library.load('mnist', { seed: 1 })).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: `${cut} is damaged: its gzip data is truncated at byte 150`,
    })
  })

  it('has the drawn digits always, and nothing else without files', async () => {
    const states = await new DatasetLibrary({ home: tempFolder() }).list()
    expect(states.map(({ info, state, trainSize, testSize }) => [info.name, state, trainSize, testSize])).toEqual([
      ['digits', 'ready', 10_000, 2_000],
      ['mnist', 'missing', 0, 0],
      ['cifar10', 'missing', 0, 0],
    ])
  })
})

describe('a sample', () => {
  it('shows the first images of each class in turn', async () => {
    const library = new DatasetLibrary({ home: tempFolder() })
    const { shape, pixels, labels } = await library.sample('digits', 25)
    expect(shape).toEqual([25, 1, 28, 28])
    expect(pixels.length).toBe(25 * 784)
    expect([...labels]).toEqual(Array.from({ length: 25 }, (_, i) => i % 10))
    const more = await library.sample('digits', 60)
    expect(more.pixels.subarray(0, 20 * 784)).toEqual(pixels.subarray(0, 20 * 784))
  })

  it('has as many as there are', async () => {
    const extraFolder = tempFolder()
    await writeFiles(extraFolder, cifarFiles())
    const { shape } = await new DatasetLibrary({ home: tempFolder(), extraFolder }).sample('cifar10', 1000)
    expect(shape).toEqual([12, 3, 32, 32])
  })
})

describe.skipIf(!realData)('the real data', () => {
  it('MNIST is used in place, and imported as what was published', async () => {
    const home = tempFolder()
    const inPlace = new DatasetLibrary({ home, extraFolder: realData })
    expect(await stateOf(inPlace, 'mnist')).toMatchObject({
      state: 'ready',
      trainSize: 60_000,
      testSize: 10_000,
      problem: null,
    })
    const { training, test } = await inPlace.load('mnist', { seed: 1 })
    expect([training.inputs.length, test.labels.length]).toEqual([60_000 * 784, 10_000])
    // The published training set begins with these, its mean pixel is widely known.
    expect([...training.labels.subarray(0, 8)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3])
    let sum = 0
    for (const value of training.inputs) sum += value
    expect(sum / training.inputs.length).toBeCloseTo(0.1307, 4)
    const library = new DatasetLibrary({ home })
    await library.import('mnist', [join(realData!, 'mnist')])
    expect(await stateOf(library, 'mnist')).toMatchObject({
      state: 'ready',
      folder: join(home, 'datasets/mnist'),
      bytes: 54_950_048,
    })
    expect(await library.load('mnist', { trainSize: 100, testSize: 100, seed: 3 })).toEqual(
      await inPlace.load('mnist', { trainSize: 100, testSize: 100, seed: 3 }),
    )
    const { files } = JSON.parse(await readFile(join(home, 'datasets/mnist/manifest.json'), 'utf8'))
    expect(files[0].sha256).toBe('ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db')
    const lesser = library.import('mnist', await writeFiles(tempFolder(), mnistFiles()))
    await expect(lesser).rejects.toMatchObject({
      code: 'argument/invalid',
      message: expect.stringContaining('there already'),
    })
  })

  it('CIFAR-10 of 4,000 and 1,000 images is partial, and imports by its folder', async () => {
    const home = tempFolder()
    const extra = new DatasetLibrary({ home, extraFolder: realData })
    expect(await stateOf(extra, 'cifar10')).toMatchObject({
      state: 'partial',
      trainSize: 4000,
      testSize: 1000,
      problem: null,
    })
    const library = new DatasetLibrary({ home })
    await library.import('cifar10', [realData!])
    expect(await stateOf(library, 'cifar10')).toMatchObject({ state: 'partial', trainSize: 4000, testSize: 1000 })
    const { training } = await library.load('cifar10', { trainSize: 500, testSize: 10, seed: 1 })
    expect(training.inputs.length).toBe(500 * 3072)
    await expect(library.load('cifar10', { trainSize: 50_000, seed: 1 })).rejects.toThrow(
      'has 4,000 training images here',
    )
  })
})
