import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatasetLibrary } from '../../../electron/datasets/library'
import type { DatasetName } from '../../../shared/data/datasets'
import {
  cifarBatch,
  cifarFiles,
  contentOf,
  gzipped,
  imageFile,
  labelFile,
  mnistFiles,
  tarArchive,
  useTempFolders,
  writeFiles,
} from './fixtures'

const tempFolder = useTempFolders()

async function stateOf(library: DatasetLibrary, name: DatasetName) {
  return (await library.list()).find(({ info }) => info.name === name)!
}

/** Number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

describe('importing MNIST', () => {
  it('takes files by their content whatever their names, gzipped or not', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const paths = await writeFiles(from, {
      a: labelFile(30, 1),
      'b.gz': gzipSync(imageFile(12, 2)),
      c: imageFile(30, 1),
      'd.dat': gzipSync(labelFile(12, 2)),
    })
    const library = new DatasetLibrary({ home })
    await library.import('mnist', paths)
    expect(await stateOf(library, 'mnist')).toMatchObject({
      state: 'partial',
      trainSize: 30,
      testSize: 12,
      problem: null,
    })
    const stored = await contentOf(join(home, 'datasets/mnist'))
    const manifest = JSON.parse(Buffer.from(stored['manifest.json']!, 'base64').toString())
    const expected = mnistFiles()
    for (const [name, bytes] of Object.entries(expected)) expect(stored[name]).toBe(bytes.toString('base64'))
    expect(manifest).toMatchObject({ dataset: 'mnist', source: paths, trainSize: 30, testSize: 12 })
    expect(manifest.files.map(({ name }: { name: string }) => name)).toEqual(Object.keys(expected))
  })

  it('lets names decide between training and test files of the same size', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    await writeFiles(from, mnistFiles(8, 8))
    await new DatasetLibrary({ home }).import('mnist', [from])
    expect(await readFile(join(home, 'datasets/mnist/t10k-images-idx3-ubyte'))).toEqual(imageFile(8, 2))
  })

  it('lets names decide even where there are more test images than training images', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    await writeFiles(from, mnistFiles(5, 9))
    const library = new DatasetLibrary({ home })
    await library.import('mnist', [from])
    expect(await stateOf(library, 'mnist')).toMatchObject({ trainSize: 5, testSize: 9 })
    for (const [name, bytes] of Object.entries(mnistFiles(5, 9)))
      expect(await readFile(join(home, 'datasets/mnist', name))).toEqual(bytes)
  })

  it('takes what the names of images say for labels without names, and the other way round', async () => {
    const named = { 'train-i': imageFile(5, 1), 'test-i': imageFile(9, 2), x: labelFile(5, 1), y: labelFile(9, 2) }
    const labels = { 'train-l': labelFile(5, 1), 'test-l': labelFile(9, 2), x: imageFile(5, 1), y: imageFile(9, 2) }
    for (const files of [named, labels]) {
      const [home, from] = [tempFolder(), tempFolder()]
      await writeFiles(from, files)
      const library = new DatasetLibrary({ home })
      await library.import('mnist', [from])
      expect(await stateOf(library, 'mnist')).toMatchObject({ trainSize: 5, testSize: 9 })
      expect(await readFile(join(home, 'datasets/mnist/train-images-idx3-ubyte'))).toEqual(imageFile(5, 1))
      expect(await readFile(join(home, 'datasets/mnist/train-labels-idx1-ubyte'))).toEqual(labelFile(5, 1))
    }
  })

  it('asks where nothing tells training from test', async () => {
    const sets: Record<string, Buffer>[] = [
      { a: imageFile(5, 1), b: imageFile(5, 2), x: labelFile(5, 1), y: labelFile(5, 2) },
      { 'train-1': imageFile(5, 1), 'train-2': imageFile(9, 2), x: labelFile(5, 1), y: labelFile(9, 2) },
      { 'train-i': imageFile(5, 1), 'test-i': imageFile(5, 2), x: labelFile(5, 1), y: labelFile(5, 2) },
    ]
    for (const files of sets) {
      const [home, from] = [tempFolder(), tempFolder()]
      await writeFiles(from, files)
      const imported = new DatasetLibrary({ home }).import('mnist', [from])
      await expect(imported).rejects.toMatchObject({
        code: 'argument/invalid',
        message: expect.stringMatching('Which is for training'),
      })
    }
  })

  it('finds the files in a folder among others, and takes twins once', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    await writeFiles(join(from, 'raw'), { ...mnistFiles(), ...gzipped(mnistFiles()) })
    await writeFiles(from, { 'notes.txt': Buffer.from('hello'), '.hidden': imageFile(1, 9), ...cifarFiles() })
    const library = new DatasetLibrary({ home })
    await library.import('mnist', [from])
    expect(await stateOf(library, 'mnist')).toMatchObject({ trainSize: 30, testSize: 12 })
  })

  it('says which files are lacking or too many, and which path is not there', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const [trainImages, trainLabels, testImages] = await writeFiles(from, mnistFiles())
    const library = new DatasetLibrary({ home })
    const lacking = library.import('mnist', [trainImages!, trainLabels!, testImages!])
    await expect(lacking).rejects.toMatchObject({
      code: 'argument/invalid',
      message: expect.stringContaining('two files of labels'),
    })
    await expect(library.import('mnist', [join(from, 'nowhere')])).rejects.toThrow('no file or folder')
    expect(await contentOf(home)).toEqual({})
  })

  it('refuses labels that are not of the images', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    await writeFiles(from, { ...mnistFiles(), 't10k-labels-idx1-ubyte': labelFile(11, 2) })
    await expect(new DatasetLibrary({ home }).import('mnist', [from])).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: expect.stringMatching(/t10k-labels-idx1-ubyte is damaged: it has 11 labels for the 12 images/),
    })
    expect(await contentOf(home)).toEqual({})
  })

  it('reports a file truncated at any byte by its name, and leaves everything as it was', async () => {
    const [home, from, good] = [tempFolder(), tempFolder(), tempFolder()]
    const library = new DatasetLibrary({ home })
    await writeFiles(good, mnistFiles(9, 5))
    await library.import('mnist', [good])
    const before = await contentOf(home)
    const files = { ...mnistFiles(3, 2), ...gzipped(mnistFiles(3, 2)) }
    const names = fc.constantFrom(...Object.keys(files))
    await fc.assert(
      fc.asyncProperty(names, fc.nat(), fc.boolean(), async (cut, place, asFolder) => {
        const folder = join(from, 'files')
        const set = cut.endsWith('.gz') ? gzipped(mnistFiles(3, 2)) : mnistFiles(3, 2)
        const paths = await writeFiles(folder, { ...set, [cut]: files[cut]!.subarray(0, place % files[cut]!.length) })
        const imported = library.import('mnist', asFolder ? [folder] : paths)
        await expect(imported).rejects.toMatchObject({
          code: 'dataset/damaged',
          message: expect.stringContaining(join(folder, cut)),
        })
        await rm(folder, { recursive: true })
        expect(await contentOf(home)).toEqual(before)
      }),
      { numRuns: 60 },
    )
  })

  it('reports a flipped bit in gzipped data', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const files = gzipped(mnistFiles())
    const images = files['train-images-idx3-ubyte.gz']!
    images[images.length >> 1]! ^= 4
    const paths = await writeFiles(from, files)
    await expect(new DatasetLibrary({ home }).import('mnist', paths)).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: expect.stringContaining('train-images-idx3-ubyte.gz is damaged: its gzip data is broken'),
    })
    expect(await contentOf(home)).toEqual({})
  })
})

describe('importing CIFAR-10', () => {
  it('takes batches, gzipped or not, and the published archive', async () => {
    const from = tempFolder()
    const files = cifarFiles()
    const inArchive = Object.fromEntries(
      Object.entries({ ...files, 'batches.meta.txt': Buffer.from('airplane\n') }).map(([name, bytes]) => [
        `cifar-10-batches-bin/${name}`,
        bytes,
      ]),
    )
    const plain = await writeFiles(join(from, 'plain'), files)
    const packed = await writeFiles(join(from, 'packed'), gzipped(files))
    const archive = await writeFiles(join(from, 'archive'), {
      'cifar-10-binary.tar.gz': gzipSync(tarArchive(inArchive)),
    })
    for (const paths of [plain, packed, archive, [join(from, 'plain')], [join(from, 'archive')], [from]]) {
      const home = tempFolder()
      const library = new DatasetLibrary({ home })
      await library.import('cifar10', paths)
      expect(await stateOf(library, 'cifar10')).toMatchObject({
        state: 'partial',
        trainSize: 12,
        testSize: 4,
        problem: null,
      })
      for (const [name, bytes] of Object.entries(files))
        expect(await readFile(join(home, 'datasets/cifar10', name))).toEqual(bytes)
    }
  })

  it('reports a damaged batch or archive by name and imports nothing', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const library = new DatasetLibrary({ home })
    const badLabel = cifarBatch(3, 1)
    badLabel[2 * 3073] = 200
    const batches = await writeFiles(join(from, 'a'), { ...cifarFiles(), 'data_batch_2.bin': badLabel })
    await expect(library.import('cifar10', batches)).rejects.toThrow(
      /data_batch_2.bin is damaged: the label of record 2 is 200/,
    )
    const cut = await writeFiles(join(from, 'b'), {
      ...cifarFiles(),
      'data_batch_2.bin': cifarBatch(3, 1).subarray(0, 5000),
    })
    await expect(library.import('cifar10', cut)).rejects.toThrow(
      /data_batch_2.bin is damaged: it is truncated at byte 5,000/,
    )
    const whole = gzipSync(tarArchive(cifarFiles()))
    const archive = await writeFiles(join(from, 'c'), {
      'cifar-10-binary.tar.gz': whole.subarray(0, whole.length >> 1),
    })
    await expect(library.import('cifar10', archive)).rejects.toThrow(
      /cifar-10-binary.tar.gz is damaged: its gzip data is truncated/,
    )
    const other = await writeFiles(join(from, 'd'), { 'x.bin': Buffer.from('no batch at all') })
    await expect(library.import('cifar10', other)).rejects.toThrow(
      /x.bin is damaged: it is none of the files of CIFAR-10/,
    )
    expect(await contentOf(home)).toEqual({})
  })

  it('does not take latest_batch_1.bin for a test batch', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const { 'test_batch.bin': testBatch, ...training } = cifarFiles()
    const paths = await writeFiles(from, { ...training, 'latest_batch_1.bin': cifarBatch(6, 4) })
    const library = new DatasetLibrary({ home })
    await expect(library.import('cifar10', paths)).rejects.toThrow('given: 3 and 0')
    await writeFiles(from, { 'test_batch.bin': testBatch! })
    // Of a folder only what has a name of the data set is taken.
    await library.import('cifar10', [from])
    expect(await stateOf(library, 'cifar10')).toMatchObject({ trainSize: 12, testSize: 4 })
  })

  it('says what is lacking', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const paths = await writeFiles(from, { 'data_batch_1.bin': cifarBatch(2, 1) })
    await expect(new DatasetLibrary({ home }).import('cifar10', paths)).rejects.toMatchObject({
      code: 'argument/invalid',
    })
  })
})

describe('the store', () => {
  it('notices a file that changed after it was stored', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const library = new DatasetLibrary({ home })
    await library.import('mnist', await writeFiles(from, mnistFiles()))
    const path = join(home, 'datasets/mnist/train-images-idx3-ubyte')
    const bytes = await readFile(path)
    bytes[1000]! ^= 1
    await writeFile(path, bytes)
    await expect(library.load('mnist', { seed: 1 })).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: expect.stringContaining(path),
    })
    await writeFile(path, bytes.subarray(0, 2000))
    expect(await stateOf(library, 'mnist')).toMatchObject({
      state: 'damaged',
      problem: expect.stringContaining('it has 2,000 of 23,536 bytes'),
    })
    await library.import('mnist', [from])
    expect(await stateOf(library, 'mnist')).toMatchObject({ state: 'partial', problem: null })
  })

  it('puts back what a killed process had set aside, and clears what it left unfinished', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    await new DatasetLibrary({ home }).import('mnist', await writeFiles(from, mnistFiles()))
    const store = join(home, 'datasets')
    const before = await contentOf(store)
    const dead = deadProcess()
    await rename(join(store, 'mnist'), join(store, `.mnist-old-${dead}-0123abcd`))
    await mkdir(join(store, `.mnist-new-${dead}-4567abcd`))
    await writeFiles(join(store, `.cifar10-new-${dead}-89abcdef`), { 'part-0': Buffer.from('x') })
    expect(await stateOf(new DatasetLibrary({ home }), 'mnist')).toMatchObject({ state: 'partial', trainSize: 30 })
    expect(await contentOf(store)).toEqual(before)
  })

  it('has nothing to import for the digits it draws', async () => {
    await expect(new DatasetLibrary({ home: tempFolder() }).import('digits', ['x'])).rejects.toMatchObject({
      code: 'argument/invalid',
    })
  })
})
