/** Sets that another one takes the place of: kept whole, found by their content, removed when asked. */
import { spawnSync } from 'node:child_process'
import { readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../../electron/datasets/load'
import { DatasetLibrary } from '../../../electron/datasets/library'
import { contentOf, gzipped, imageFile, labelFile, mnistFiles, useTempFolders, writeFiles } from './fixtures'

const tempFolder = useTempFolders()

/** Another set of the same size. */
const otherFiles = () => ({
  ...mnistFiles(),
  'train-images-idx3-ubyte': imageFile(30, 7),
  't10k-labels-idx1-ubyte': labelFile(12, 7),
})

/** Imports both, the second over the first. @returns the content of each */
async function importBoth(library: DatasetLibrary): Promise<[string, string]> {
  await library.import('mnist', await writeFiles(tempFolder(), mnistFiles()))
  const first = (await library.content('mnist'))!
  await library.import('mnist', await writeFiles(tempFolder(), otherFiles()))
  return [first, (await library.content('mnist'))!]
}

async function versionsOf(library: DatasetLibrary) {
  return (await library.list()).find(({ info }) => info.name === 'mnist')!.versions
}

describe('the content of a data set', () => {
  it('is the same gzipped or not, in place or imported, and another for other files or swapped ones', async () => {
    const contents = await Promise.all(
      [
        mnistFiles(),
        gzipped(mnistFiles()),
        otherFiles(),
        { ...mnistFiles(), 't10k-labels-idx1-ubyte': labelFile(12, 3) },
      ].map(async (files) => {
        const extraFolder = tempFolder()
        await writeFiles(extraFolder, files)
        return new DatasetLibrary({ home: tempFolder(), extraFolder }).content('mnist')
      }),
    )
    const library = new DatasetLibrary({ home: tempFolder() })
    await library.import('mnist', await writeFiles(tempFolder(), mnistFiles()))
    expect(contents[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(contents[1]).toBe(contents[0])
    expect(await library.content('mnist')).toBe(contents[0])
    expect(new Set(contents).size).toBe(3)
    expect(await library.content('digits')).toBeNull()
  })

  it('is told anew where a file was replaced by one of the same size and time', async () => {
    const extraFolder = tempFolder()
    const [images] = await writeFiles(extraFolder, mnistFiles())
    const then = new Date('2020-01-01')
    await utimes(images!, then, then)
    const library = new DatasetLibrary({ home: tempFolder(), extraFolder })
    const before = (await library.content('mnist'))!
    const { training } = await loadDataset('mnist', [extraFolder], { seed: 1 }, before)
    await writeFile(images!, imageFile(30, 7))
    await utimes(images!, then, then)
    expect(await library.content('mnist')).not.toBe(before)
    await expect(loadDataset('mnist', [extraFolder], { seed: 1 }, before)).rejects.toMatchObject({
      code: 'dataset/changed',
    })
    expect((await loadDataset('mnist', [extraFolder], { seed: 1 })).training.inputs).not.toEqual(training.inputs)
  })
})

describe('a set that another one took the place of', () => {
  it('is kept whole and found by its content, with its bytes', async () => {
    const home = tempFolder()
    const library = new DatasetLibrary({ home })
    const [first, second] = await importBoth(library)
    expect(second).not.toBe(first)
    const bytes = Object.values(mnistFiles()).reduce((sum, file) => sum + file.length, 0)
    expect(await versionsOf(library)).toMatchObject([{ sha256: first, trainSize: 30, testSize: 12, bytes }])
    const folders = [join(home, 'datasets')]
    const [old, current, whatever] = await Promise.all([
      loadDataset('mnist', folders, { seed: 1 }, first),
      loadDataset('mnist', folders, { seed: 1 }, second),
      loadDataset('mnist', folders, { seed: 1 }),
    ])
    expect(old.training.inputs).not.toEqual(current.training.inputs)
    expect(whatever).toEqual(current)
    await library.require('mnist', first)
  })

  it('is kept once, and is no version any more when it is the current one again', async () => {
    const library = new DatasetLibrary({ home: tempFolder() })
    const [first, second] = await importBoth(library)
    await library.import('mnist', await writeFiles(tempFolder(), mnistFiles()))
    expect(await library.content('mnist')).toBe(first)
    expect((await versionsOf(library)).map(({ sha256 }) => sha256)).toEqual([second])
    await library.import('mnist', await writeFiles(tempFolder(), gzipped(mnistFiles())))
    expect((await versionsOf(library)).map(({ sha256 }) => sha256)).toEqual([second])
  })

  it('is found in a folder that a person keeps, beside what was imported', async () => {
    const [home, extraFolder] = [tempFolder(), tempFolder()]
    await writeFiles(extraFolder, mnistFiles())
    const library = new DatasetLibrary({ home, extraFolder })
    const inPlace = (await library.content('mnist'))!
    await library.import('mnist', await writeFiles(tempFolder(), otherFiles()))
    await library.require('mnist', inPlace)
    expect(await versionsOf(library)).toEqual([])
  })

  it('is removed when asked, by the beginning of its content, and then missed', async () => {
    const home = tempFolder()
    const library = new DatasetLibrary({ home })
    const [first] = await importBoth(library)
    await expect(library.removeVersion('mnist', 'ffff')).rejects.toMatchObject({ code: 'argument/invalid' })
    expect(await library.removeVersion('mnist', first.slice(0, 12))).toMatchObject({ sha256: first })
    expect(await versionsOf(library)).toEqual([])
    await expect(library.require('mnist', first)).rejects.toMatchObject({
      code: 'dataset/changed',
      message: expect.stringContaining(first.slice(0, 12)),
    })
    expect(Object.keys(await contentOf(home)).every((path) => path.startsWith('datasets/mnist/'))).toBe(true)
  })

  it('is not lost where a process was killed between the two', async () => {
    const home = tempFolder()
    const library = new DatasetLibrary({ home })
    const [first] = await importBoth(library)
    const store = join(home, 'datasets')
    const [version] = await readdir(join(store, 'versions'))
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    await rename(join(store, 'versions', version!), join(store, `.mnist-old-${dead}-0123abcd`))
    const next = new DatasetLibrary({ home })
    expect((await versionsOf(next)).map(({ sha256 }) => sha256)).toEqual([first])
    await next.require('mnist', first)
  })

  it('that was laid there by hand is kept as well', async () => {
    const home = tempFolder()
    await writeFiles(join(home, 'datasets/mnist'), gzipped(mnistFiles()))
    const library = new DatasetLibrary({ home })
    const first = (await library.content('mnist'))!
    await library.import('mnist', await writeFiles(tempFolder(), otherFiles()))
    expect(await versionsOf(library)).toMatchObject([{ sha256: first, trainSize: 30 }])
    await loadDataset('mnist', [join(home, 'datasets')], { seed: 1 }, first)
  })
})
