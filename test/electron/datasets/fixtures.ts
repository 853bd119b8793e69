/** Small data sets in the published formats, folders that vanish after the test, and where the real data may be. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach } from 'vitest'

export function useTempFolders(): () => string {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'basin-datasets-'))
    folders.push(folder)
    return folder
  }
}

/** The folder of real data, or undefined, said once, where this machine has none. */
export function realDataFolder(): string | undefined {
  const besides = [process.env.BASIN_DATASETS, resolve('../shared/datasets')]
  const found = besides.find(
    (folder) => folder && existsSync(join(folder, 'mnist')) && existsSync(join(folder, 'cifar10')),
  )
  if (!found) console.warn('Skipped: no MNIST and CIFAR-10 in BASIN_DATASETS or ../shared/datasets')
  return found
}

/** Bytes that look random but are not. */
function noise(length: number, salt: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761) + Math.imul(salt + 1, 40503)) >>> 24)
}

export function idxFile(shape: number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i))
  return Buffer.concat([header, data])
}

export function imageFile(count: number, salt: number): Buffer {
  return idxFile([count, 28, 28], noise(count * 784, salt))
}

export function labelFile(count: number, salt: number): Buffer {
  return idxFile(
    [count],
    Uint8Array.from({ length: count }, (_, i) => (i * 3 + salt) % 10),
  )
}

/** A set of `trainSize` and `testSize` images in the four files of MNIST. */
export function mnistFiles(trainSize = 30, testSize = 12): Record<string, Buffer> {
  return {
    'train-images-idx3-ubyte': imageFile(trainSize, 1),
    'train-labels-idx1-ubyte': labelFile(trainSize, 1),
    't10k-images-idx3-ubyte': imageFile(testSize, 2),
    't10k-labels-idx1-ubyte': labelFile(testSize, 2),
  }
}

export function cifarBatch(count: number, salt: number): Buffer {
  const batch = Buffer.from(noise(count * 3073, salt))
  for (let i = 0; i < count; i++) batch[i * 3073] = (i + salt) % 10
  return batch
}

export function cifarFiles(): Record<string, Buffer> {
  return {
    'data_batch_1.bin': cifarBatch(7, 1),
    'data_batch_2.bin': cifarBatch(5, 2),
    'test_batch.bin': cifarBatch(4, 3),
  }
}

export function gzipped(files: Record<string, Buffer>): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]))
}

/** A ustar archive. */
export function tarArchive(files: Record<string, Buffer>): Buffer {
  const blocks: Buffer[] = []
  for (const [name, bytes] of Object.entries(files)) {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\0' + '0000000\0'.repeat(2), 100)
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0        0', 136)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** Writes files into a folder; returns their paths. */
export async function writeFiles(folder: string, files: Record<string, Uint8Array>): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    Object.entries(files).map(async ([name, bytes]) => {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, bytes)
      return path
    }),
  )
}

/** Everything below a folder, hidden files too: path to content. */
export async function contentOf(folder: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {}
  const visit = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true }).catch(() => [])) {
      const path = join(below, entry.name)
      if (entry.isDirectory()) await visit(path)
      else content[path] = (await readFile(join(folder, path))).toString('base64')
    }
  }
  await visit('')
  return content
}
