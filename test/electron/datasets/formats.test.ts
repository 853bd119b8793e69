import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCifarBatches } from '../../../electron/datasets/cifar'
import { parseIdx } from '../../../electron/datasets/idx'
import { parseMnistSplit } from '../../../electron/datasets/mnist'
import { readTar, type TarMember } from '../../../electron/datasets/tar'
import { cifarBatch, idxFile, imageFile, labelFile, tarArchive, useTempFolders } from './fixtures'

const tempFolder = useTempFolders()

describe('idx', () => {
  it('gives back shape and bytes of what was written', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 255 }), (shape, fill) => {
        const data = new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(fill)
        const parsed = parseIdx('file', idxFile(shape, data))
        expect({ ...parsed, data: Uint8Array.from(parsed.data) }).toEqual({ shape, data })
      }),
    )
  })

  it('reports a truncation at any byte, and bytes too many', () => {
    const whole = imageFile(2, 1)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => parseIdx('some-file', whole.subarray(0, length))).toThrow(
          /some-file is damaged: it is (truncated|empty)/,
        )
      }),
    )
    expect(() => parseIdx('f', Buffer.concat([whole, Buffer.alloc(3)]))).toThrow('3 bytes follow the 1,584')
  })

  it('says with what bytes a file begins that is something else', () => {
    expect(() => parseIdx('f', Buffer.from('<html><body>not found</body></html>'))).toThrow('but with 3c 68 74 6d')
  })
})

describe('MNIST files', () => {
  it('are refused where a label is none, sizes differ or numbers do not match', () => {
    const images = imageFile(3, 1)
    expect(() => parseMnistSplit('i', images, 'l', idxFile([3], Uint8Array.of(1, 10, 2)))).toThrow('label 1 is 10')
    expect(() => parseMnistSplit('i', images, 'l', labelFile(4, 1))).toThrow('4 labels for the 3 images of i')
    expect(() => parseMnistSplit('i', idxFile([1, 27, 28], new Uint8Array(756)), 'l', labelFile(1, 1))).toThrow(
      '1x27x28',
    )
    expect(() => parseMnistSplit('i', idxFile([0, 28, 28], new Uint8Array(0)), 'l', labelFile(1, 1))).toThrow(
      'no images',
    )
  })
})

describe('CIFAR-10 batches', () => {
  it('become pixels as they are, one plane for each colour', () => {
    const bytes = cifarBatch(2, 5)
    const { count, pixels, labels } = parseCifarBatches([{ file: 'f', bytes }])
    expect([count, ...labels]).toEqual([2, 5, 6])
    expect(Buffer.from(pixels)).toEqual(Buffer.concat([bytes.subarray(1, 3073), bytes.subarray(3074)]))
  })

  it('are refused where a record is cut or a label is none', () => {
    const bytes = cifarBatch(2, 5)
    expect(() => parseCifarBatches([{ file: 'f', bytes: bytes.subarray(0, 4000) }])).toThrow('truncated at byte 4,000')
    bytes[3073] = 11
    expect(() => parseCifarBatches([{ file: 'f', bytes }])).toThrow('the label of record 1 is 11')
  })
})

describe('tar', () => {
  const files = {
    'a/one.bin': Buffer.from('x'.repeat(700)),
    'two.bin': Buffer.alloc(0),
    'three.bin': Buffer.alloc(512, 7),
  }

  async function members(path: string): Promise<TarMember[]> {
    const found: TarMember[] = []
    await readTar(path, async (member) => void found.push(member))
    return found
  }

  it('hands out its files in order, gzipped or not', async () => {
    const folder = tempFolder()
    const expected = Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }))
    await writeFile(join(folder, 'plain.tar'), tarArchive(files))
    await writeFile(join(folder, 'packed.tgz'), gzipSync(tarArchive(files)))
    expect(await members(join(folder, 'plain.tar'))).toEqual(expected)
    expect(await members(join(folder, 'packed.tgz'))).toEqual(expected)
  })

  it('reports a truncation at any byte, gzipped or not', async () => {
    const path = join(tempFolder(), 'cut.tar')
    const plain = tarArchive(files)
    // The end is a block of zeros; a second one is customary, and nobody misses it.
    const cuts = [plain.subarray(0, plain.length - 512), gzipSync(plain)]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...cuts), fc.nat(), async (whole, place) => {
        await writeFile(path, whole.subarray(0, place % whole.length))
        await expect(members(path)).rejects.toMatchObject({ code: 'dataset/damaged' })
      }),
    )
  })

  it('reports a header that is none', async () => {
    const path = join(tempFolder(), 'broken.tar')
    const broken = tarArchive(files)
    broken[512 + 1024 + 3]! ^= 0xff
    await writeFile(path, broken)
    await expect(members(path)).rejects.toThrow('no tar header at byte 1,536')
  })
})
