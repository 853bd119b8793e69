/**
 * A stop is heard within a small part of a long step: between its chunks, or between and within layers where the batch has to stay
 * together; and long before a question of curvature would have its answer. A step that does not come to its end leaves nothing.
 */
import { expect, test } from 'vitest'
import { loadEngine } from '../../electron/engines'
import type { Layer } from '../../shared/models/model'
import type { RandomKey } from '../../shared/random'
import { adam, openSession, plainTraining, randomSamples } from './sessions'

const dense = (units: number, activation: 'relu' | 'linear' = 'relu'): Layer => ({ type: 'dense', units, activation })
const norm: Layer = { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' }
const samples = 3000

const cases: Record<string, Layer[]> = {
  chunks: [dense(700), dense(700), dense(10, 'linear')],
  layers: [dense(500), norm, dense(500), norm, dense(500), norm, dense(10, 'linear')],
}

for (const [name, layers] of Object.entries(cases)) {
  test(`between the ${name} of a large batch`, async () => {
    const model = { inputSize: 200, layers, initialization: 'pytorch' as const }
    const session = openSession({ model, loss: 'softmax-cross-entropy' })
    session.setSamples('training', randomSamples(model, 'softmax-cross-entropy', samples))
    const train = () => session.train({ ...plainTraining, batchSize: samples }, () => undefined)
    const whole = performance.now()
    expect(await train()).toMatchObject({ reason: 'finished', step: 1 })
    const wholeMs = performance.now() - whole
    const buffers = session.getBuffers()
    const training = train()
    await new Promise((resolve) => setTimeout(resolve, wholeMs / 8))
    const asked = performance.now()
    session.stop()
    // The step that was cut short has never been.
    expect(await training).toMatchObject({ reason: 'stopped', step: 1 })
    expect(performance.now() - asked).toBeLessThan(wholeMs / 2)
    expect(session.getBuffers()).toEqual(buffers)
    session.dispose()
  })
}

test('a step that diverges leaves running statistics as they were', async () => {
  const model = { inputSize: 3, layers: [dense(5), norm, dense(2, 'linear')], initialization: 'pytorch' as const }
  const session = openSession({ model })
  const { inputs } = randomSamples(model, 'mean-squared-error', 10)
  session.setSamples('training', { inputs, values: new Float32Array(20).fill(3e38) })
  const buffers = session.getBuffers()
  const result = await session.train({ ...plainTraining, batchSize: 10 }, () => undefined)
  expect(result.reason).toBe('diverged')
  expect(session.getBuffers()).toEqual(buffers)
  session.dispose()
})

test('questions of curvature about millions of parameters', async () => {
  const model = {
    inputSize: 784,
    layers: [dense(2048), dense(2048), dense(10, 'linear')],
    initialization: 'pytorch' as const,
  }
  const session = loadEngine().createSession({ model, loss: 'softmax-cross-entropy', optimizer: adam })
  session.setParameters(Float32Array.from({ length: session.parameterCount }, (_, i) => 0.02 * Math.sin(i)))
  session.setSamples('training', randomSamples(model, 'softmax-cross-entropy', 2000))
  const { curvature } = session
  const question = { set: 'training' as const }
  const key: RandomKey = [1, 2]
  // One product takes some seconds, the others many of them.
  const asked = [
    () => curvature.product(question, new Float64Array(session.parameterCount).fill(1)),
    () => {
      const directions = new Float64Array(session.parameterCount)
      return curvature.losses(question, { directions, coordinates: new Float64Array(1000) })
    },
    () => curvature.trace(question, { probes: 5000, key }),
    () => curvature.lanczos({ ...question, operator: 'gauss-newton' }, { steps: 20, key }),
    () => curvature.spectralDensity(question, { probes: 1000, steps: 10, key }),
    () => curvature.topEigenpairs(question, { count: 2, tolerance: 0, maxIterations: 5000, key }),
  ]
  for (const ask of asked) {
    for (const waitMs of [0, 60]) {
      const answer = ask()
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      session.stop()
      await expect(answer).rejects.toMatchObject({ name: 'LabError', code: 'engine/canceled' })
    }
  }
  session.dispose()
})
