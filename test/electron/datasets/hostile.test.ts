/** What a person may point at that is no data set, or one that would take a machine down. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { collectFiles } from '../../../electron/datasets/collect'
import { DatasetLibrary } from '../../../electron/datasets/library'
import { cifarFiles, contentOf, mnistFiles, tarArchive, useTempFolders, writeFiles } from './fixtures'

const tempFolder = useTempFolders()
const isWindows = process.platform === 'win32'

function namedPipe(folder: string, name: string): string {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

describe.skipIf(isWindows)('a named pipe', () => {
  it('is refused by an import instead of being waited for, given itself or through a link', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const library = new DatasetLibrary({ home })
    await expect(library.import('mnist', [namedPipe(from, 'train-images-idx3-ubyte')])).rejects.toMatchObject({
      code: 'argument/invalid',
      message: expect.stringContaining('a named pipe'),
    })
    await expect(library.import('mnist', ['/dev/null'])).rejects.toThrow('/dev/null is a device')
    expect(await contentOf(home)).toEqual({})
  })

  it('with the name of a file of a data set is not taken for it', async () => {
    const from = tempFolder()
    namedPipe(from, 'train-images-idx3-ubyte')
    const { 'train-images-idx3-ubyte': _images, ...rest } = mnistFiles()
    await writeFiles(from, rest)
    const library = new DatasetLibrary({ home: tempFolder(), extraFolder: from })
    const mnist = (await library.list()).find(({ info }) => info.name === 'mnist')!
    expect(mnist).toMatchObject({ state: 'damaged', problem: expect.stringContaining('lacks train-images-idx3-ubyte') })
  })
})

describe('an archive', () => {
  const collect = (path: string) => collectFiles('cifar10', [path], async () => undefined)

  it('may have ten thousand members and no more, and copies none of them twice', async () => {
    const header = tarArchive({ 'cifar-10-batches-bin/x': Buffer.alloc(0) }).subarray(0, 512)
    const empty = (count: number) => Buffer.concat([...Array<Buffer>(count).fill(header), Buffer.alloc(1024)])
    const [most, more] = await writeFiles(tempFolder(), { 'most.tar': empty(10_000), 'more.tar': empty(200_000) })
    await collect(most!)
    await expect(collect(more!)).rejects.toThrow('it has more than 10,000 members')
  })

  it('is read in pieces of any size, across the chunks that it arrives in', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`f${i}`, Buffer.alloc(i % 3 === 0 ? 0 : 70_001 * i, i)]),
    )
    const [path] = await writeFiles(tempFolder(), { 'x.tar': tarArchive({ ...files, ...cifarFiles() }) })
    const found: Record<string, Buffer> = {}
    await collectFiles('cifar10', [path!], async ({ file, bytes }) => {
      found[file.slice(path!.length + 1)] = Buffer.from(bytes)
    })
    expect(found).toMatchObject(cifarFiles())
  })

  it('that unpacks to hundreds of times its size is refused before it fills the memory', async () => {
    const files = Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`f${i}`, Buffer.alloc(30_000_000)]))
    const [path] = await writeFiles(tempFolder(), { 'bomb.tar.gz': gzipSync(tarArchive(files)) })
    await expect(collect(path!)).rejects.toThrow('it unpacks to more than 200 times its size')
  })
})

describe('another version of CIFAR-10', () => {
  const pickle = Buffer.from([0x80, 2, 0x7d, 0x71, 1])
  const python = { 'cifar-10-batches-py/batches.meta': pickle, 'cifar-10-batches-py/data_batch_1': pickle }
  const says = (edition: string, path: string) => ({
    code: 'argument/invalid',
    message: expect.stringMatching(
      new RegExp(`^${path} is the ${edition} version of CIFAR-10.*cifar-10-binary\\.tar\\.gz.*cs\\.toronto\\.edu`),
    ),
  })

  it('is called by its name, and the one to get is named', async () => {
    const from = tempFolder()
    const archive = gzipSync(tarArchive(python))
    const [packed] = await writeFiles(from, { 'cifar-10-python.tar.gz': archive })
    await writeFiles(join(from, 'unpacked'), python)
    const matlab = Buffer.from('MATLAB 5.0 MAT-file, Platform: GLNXA64')
    await writeFiles(join(from, 'matlab'), { 'cifar-10-batches-mat/data_batch_1.mat': matlab })
    const library = new DatasetLibrary({ home: tempFolder() })
    const first = join(from, 'unpacked/cifar-10-batches-py/batches.meta')
    for (const [path, named] of [
      [packed!, packed!],
      [first, first],
      [join(from, 'unpacked'), first],
    ])
      await expect(library.import('cifar10', [path!])).rejects.toMatchObject(says('Python', named!))
    const mat = join(from, 'matlab/cifar-10-batches-mat/data_batch_1.mat')
    await expect(library.import('cifar10', [join(from, 'matlab')])).rejects.toMatchObject(says('MATLAB', mat))
  })

  it('does not stand in the way of the binary one beside it', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    await writeFiles(from, { 'cifar-10-python.tar.gz': gzipSync(tarArchive(python)), ...cifarFiles() })
    await new DatasetLibrary({ home }).import('cifar10', [from])
    expect(Object.keys(await contentOf(home))).toContain('datasets/cifar10/test_batch.bin')
  })
})

describe('a read-only disk', () => {
  const mounted: string[] = []
  afterEach(() => {
    for (const folder of mounted.splice(0)) execFileSync('umount', [folder])
  })
  const canMount = process.platform === 'linux' && process.getuid?.() === 0

  it.skipIf(!canMount)('is called that where a data set is to be imported or fetched', async (test) => {
    const [home, from] = [tempFolder(), tempFolder()]
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', home]).status !== 0) test.skip()
    mounted.push(home)
    const paths = await writeFiles(from, mnistFiles())
    const problem = { code: 'disk/read-only', message: expect.stringMatching(/cannot be made: the disk is read-only/) }
    const source = { mirrors: ['http://127.0.0.1:9/'], files: [] }
    const library = new DatasetLibrary({ home, sources: { mnist: source } })
    await expect(library.import('mnist', paths)).rejects.toMatchObject(problem)
    await expect(library.fetch('mnist')).rejects.toMatchObject(problem)
  })

  it('is told from a file that stands where a folder should be', async () => {
    const home = tempFolder()
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'datasets'), '')
    const paths = await writeFiles(tempFolder(), mnistFiles())
    await expect(new DatasetLibrary({ home }).import('mnist', paths)).rejects.toThrow(/ENOTDIR|EEXIST/)
    rmSync(join(home, 'datasets'))
  })
})
