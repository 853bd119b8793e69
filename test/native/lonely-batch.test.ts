import { expect, test } from 'vitest'
import type { Layer, Model } from '../../shared/models/model'
import { RandomStream } from '../../shared/random'
import { course, levels, openSession } from './sessions'

const norm: Layer = { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' }
const flat: Model = {
  inputSize: 4,
  layers: [
    { type: 'residual', activation: 'linear', layers: [norm] },
    { type: 'dense', units: 1, activation: 'linear' },
  ],
  initialization: 'pytorch',
}
const images: Model = { ...flat, inputShape: [1, 2, 2] }

function opened(model: Model, samples: number, simd: (typeof levels)[number]) {
  const session = openSession({ model, simd })
  const stream = new RandomStream([3, 1])
  const inputs = Float32Array.from({ length: samples * 4 }, () => stream.normal())
  session.setSamples('training', { inputs, values: inputs.slice(0, samples) })
  return session
}

const refused = (samples: number, batch: number) =>
  `batchSize: batch normalisation in layer0.0 needs more than one value per channel, but ${samples} training samples in batches of ${batch} come to a batch of one`

for (const simd of levels) {
  test(`${simd}: batch normalisation over one value is refused, and leaves the running statistics as they were`, async () => {
    const session = opened(flat, 65, simd)
    // The first batch alone is fine.
    await course(session, { batchSize: 64, maxSteps: 1 })
    const before = [...session.getBuffers()]
    await expect(course(session, { batchSize: 64 })).rejects.toThrow(refused(65, 64))
    expect([...session.getBuffers()]).toEqual(before)
    session.dispose()
    for (const [samples, batchSize, told] of [
      [1, 8, 1],
      [3, 1, 1],
    ] as const) {
      const one = opened(flat, samples, simd)
      await expect(course(one, { batchSize })).rejects.toThrow(refused(samples, told))
      one.dispose()
    }
  })

  test(`${simd}: pixels are values too, and batches of two are enough`, async () => {
    const picture = opened(images, 5, simd)
    await course(picture, { batchSize: 1, epochs: 2 })
    expect([...picture.getBuffers()].every(Number.isFinite)).toBe(true)
    picture.dispose()
    const pairs = opened(flat, 66, simd)
    await course(pairs, { batchSize: 64, epochs: 2 })
    expect([...pairs.getBuffers()].every(Number.isFinite)).toBe(true)
    pairs.dispose()
  })
}
