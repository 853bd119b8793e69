/** The data set 'digits': drawn by Basin, there without any download, the same bytes everywhere. */
import { datasets } from '../../../shared/data/datasets'
import { RandomStream, randomKey } from '../../../shared/random'
import type { RawDataset, RawSplit } from '../raw'
import { digitSide, drawDigit } from './draw'

const seed = 1
/** Streams of a split start here; each drawing has its own, so that a split's size never changes its images. */
const firstStreams = { training: 0, test: 0x8000_0000 }

/** Draws the first `count` images of a split: [count, 28, 28], ten in a row show the ten digits in random order. */
export function drawDigits(split: keyof typeof firstStreams, count: number): RawSplit {
  const pixels = new Uint8Array(count * digitSide * digitSide)
  const labels = new Uint8Array(count)
  const key = randomKey(seed, 'digits')
  const orders = new RandomStream(key, firstStreams[split] + 0x4000_0000)
  let order = orders.permutation(10)
  for (let i = 0; i < count; i++) {
    if (i > 0 && i % 10 === 0) order = orders.permutation(10)
    labels[i] = order[i % 10]!
    const random = new RandomStream(key, firstStreams[split] + i)
    drawDigit(labels[i]!, random, pixels, i * digitSide * digitSide)
  }
  return { count, pixels, labels }
}

let drawn: RawDataset | undefined

/** All of 'digits', drawn once per process (about a second). Shared: not to be written to. */
export function digitsDataset(): RawDataset {
  drawn ??= {
    training: drawDigits('training', datasets.digits.trainSize),
    test: drawDigits('test', datasets.digits.testSize),
  }
  return drawn
}
