import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digitsDataset, drawDigits } from '../../../electron/datasets/digits/digits'
import type { RawSplit } from '../../../electron/datasets/raw'

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

/** Share of the test images that are nearest to the mean training image of their own class. */
function nearestMeanAccuracy(training: RawSplit, test: RawSplit): number {
  const means = Array.from({ length: 10 }, () => new Float64Array(784))
  training.labels.forEach((label, i) => {
    for (let p = 0; p < 784; p++) means[label]![p]! += training.pixels[i * 784 + p]! / (training.count / 10)
  })
  let right = 0
  test.labels.forEach((label, i) => {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, p) => sum + (value - test.pixels[i * 784 + p]!) ** 2, 0),
    )
    if (distances.indexOf(Math.min(...distances)) === label) right++
  })
  return right / test.count
}

describe('drawn digits', () => {
  it('are the same bytes on every machine', () => {
    const { training, test } = digitsDataset()
    expect(md5(training.pixels)).toBe('ad1867359cf31b0cd626b45e216c914e')
    expect(md5(test.pixels)).toBe('e7900b671afb6b61cceff6dece95464f')
  })

  it('are 10,000 and 2,000, as many of each class', () => {
    const { training, test } = digitsDataset()
    for (const [split, each] of [
      [training, 1000],
      [test, 200],
    ] as const) {
      const counts = new Array<number>(10).fill(0)
      for (const label of split.labels) counts[label]!++
      expect(counts).toEqual(new Array(10).fill(each))
      expect(split.pixels.length).toBe(split.count * 784)
    }
  })

  it('do not depend on how many are drawn', () => {
    const { training } = digitsDataset()
    const few = drawDigits('training', 20)
    expect(few.pixels).toEqual(training.pixels.slice(0, 20 * 784))
    expect(few.labels).toEqual(training.labels.slice(0, 20))
  })

  it('never repeat, neither within training nor from training to test', () => {
    const { training, test } = digitsDataset()
    const seen = new Set<string>()
    for (const split of [training, test])
      for (let i = 0; i < split.count; i++) seen.add(md5(split.pixels.subarray(i * 784, (i + 1) * 784)))
    expect(seen.size).toBe(12_000)
  })

  it('can be told apart by their classes’ means, but not all of them', () => {
    const accuracy = nearestMeanAccuracy(digitsDataset().training, drawDigits('test', 500))
    expect(accuracy).toBeGreaterThan(0.6)
    expect(accuracy).toBeLessThan(0.95)
  })
})
