/** Threads share each step of a training; how many there are changes nothing, not even the last bit. */
import { expect, test } from 'vitest'
import type { Layer, PlainLayer } from '../../shared/models/model'
import type { SessionOptions } from '../../electron/engines/engine'
import { loadNativeEngine } from '../../electron/engines/native'
import { RandomStream } from '../../shared/random'

const random = (count: number, seed: number) => {
  const stream = new RandomStream([seed, 0])
  return Float32Array.from({ length: count }, () => stream.normal())
}

async function trained(options: SessionOptions, samples: number, batchSize: number) {
  const session = loadNativeEngine().createSession(options)
  const labels = Uint8Array.from({ length: samples }, (_, i) => i % 10)
  session.setSamples('training', { inputs: random(samples * options.model.inputSize, 1), labels })
  session.setSamples('test', { inputs: random(samples * options.model.inputSize, 2), labels })
  session.setParameters(random(session.parameterCount, 3).map((value) => value / 20))
  const series: number[] = []
  await session.train(
    {
      epochs: 3,
      batchSize,
      shuffleKey: [4, 2],
      dropoutKey: [4, 7],
      evaluateEveryEpochs: 1,
      probeEpochs: new Uint32Array(0),
      progressEveryMs: 0,
    },
    ({ batchLoss, gradientNorm, testLoss }) => series.push(...batchLoss, ...gradientNorm, ...testLoss),
  )
  series.sort((a, b) => a - b)
  const result = { parameters: [...session.getParameters64()], buffers: [...session.getBuffers()], series }
  session.dispose()
  return result
}

const dense = (units: number, activation: 'relu' | 'tanh' | 'linear' = 'relu'): PlainLayer => ({
  type: 'dense',
  units,
  activation,
})
const models: Record<string, Layer[]> = {
  dense: [dense(70), dense(45, 'tanh'), dense(10, 'linear')],
  'batch norm, dropout and a residual block': [
    dense(40),
    { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' },
    { type: 'residual', activation: 'relu', layers: [dense(20), { type: 'dropout', rate: 0.3 }, dense(40, 'linear')] },
    dense(10, 'linear'),
  ],
}

for (const [name, layers] of Object.entries(models)) {
  for (const precision of ['float32', 'float64'] as const) {
    test(`${name}, ${precision}: one, two and three threads give the same bits`, async () => {
      const options = (threads: number): SessionOptions => ({
        model: { inputSize: 50, layers, initialization: 'pytorch' },
        loss: 'softmax-cross-entropy',
        optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        precision,
        threads,
      })
      // 173 samples leave a last batch of 45; 100 is no multiple of what threads share.
      const alone = await trained(options(1), 173, 100)
      expect(alone.series.every(Number.isFinite)).toBe(true)
      for (const threads of [2, 3]) expect(await trained(options(threads), 173, 100)).toEqual(alone)
    })
  }
}
