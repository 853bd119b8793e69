import { describe, expect, it } from 'vitest'
import { splitOfFile, splitsOfTwo } from '../../../electron/datasets/split-names'

describe('splitOfFile', () => {
  it.each([
    ['/a/test_batch.bin', 'test'],
    ['t10k-images-idx3-ubyte', 'test'],
    ['mnist.test.gz', 'test'],
    ['trainImages', 'training'],
    ['/test/train-images.gz', 'training'],
    ['latest_batch_1.bin', undefined],
    ['contest.bin', undefined],
    ['/test/data_batch_1.bin', undefined],
    ['train-test-split.bin', undefined],
  ])('says of %s: %s', (file, split) => {
    expect(splitOfFile(file)).toBe(split)
  })
})

describe('splitsOfTwo', () => {
  it.each([
    ['train-images', 't10k-images', ['training', 'test']],
    ['images-test', 'images', ['test', 'training']],
    ['images', 'images-train', ['test', 'training']],
    ['/test/mnist/train/images', '/test/mnist/test/images', ['training', 'test']],
    ['/test/a', '/test/b', undefined],
    ['train-a', 'train-b', 'same'],
  ] as const)('says of %s and %s: %j', (first, second, splits) => {
    expect(splitsOfTwo(first, second)).toEqual(splits)
  })
})
