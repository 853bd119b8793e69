/** Where the data sets are published, and how to know that what arrived is what was published. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { FileDatasetName } from './locate'
import { damaged } from './problems'
import { readUnpacked } from './unpack'

export interface PublishedFile {
  name: string
  /** Size of the download, as published; a mirror may have packed it anew. */
  bytes: number
  /** Of the file itself, or of its content after gunzip, whoever packed it. */
  checksum: { of: 'file' | 'content'; algorithm: 'md5' | 'sha256'; hex: string }
}

export interface DatasetSource {
  /** Folders that hold all files, ending in a slash, tried in order. */
  mirrors: readonly string[]
  files: readonly PublishedFile[]
}

const ofContent = (hex: string) => ({ of: 'content', algorithm: 'sha256', hex }) as const

export const publishedSources: Record<FileDatasetName, DatasetSource> = {
  mnist: {
    mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
    // Sums of the content of files whose md5 is the published one (f68b3c2d..., d53e105e..., 9fb629c4..., ec29112d...).
    files: [
      {
        name: 'train-images-idx3-ubyte.gz',
        bytes: 9_912_422,
        checksum: ofContent('ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db'),
      },
      {
        name: 'train-labels-idx1-ubyte.gz',
        bytes: 28_881,
        checksum: ofContent('65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5'),
      },
      {
        name: 't10k-images-idx3-ubyte.gz',
        bytes: 1_648_877,
        checksum: ofContent('0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7'),
      },
      {
        name: 't10k-labels-idx1-ubyte.gz',
        bytes: 4_542,
        checksum: ofContent('ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'),
      },
    ],
  },
  cifar10: {
    mirrors: ['https://www.cs.toronto.edu/~kriz/', 'https://cave.cs.toronto.edu/kriz/'],
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        checksum: { of: 'file', algorithm: 'md5', hex: 'c32a1d4ab5d03f1284b67883e8d87530' },
      },
    ],
  },
}

/** @throws `dataset/damaged` where a downloaded file is not what was published; `origin` names it in the message. */
export async function verifyDownload(path: string, origin: string, { checksum }: PublishedFile): Promise<void> {
  const hash = createHash(checksum.algorithm)
  if (checksum.of === 'file') await pipeline(createReadStream(path), hash)
  else hash.update(await readUnpacked(path, origin))
  const found = hash.digest('hex')
  if (found !== checksum.hex)
    throw damaged(origin, `its ${checksum.algorithm} is ${found}, published is ${checksum.hex}`)
}

export async function isPublished(path: string, file: PublishedFile): Promise<boolean> {
  try {
    await verifyDownload(path, path, file)
    return true
  } catch {
    return false
  }
}
