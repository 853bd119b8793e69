/** A stop is heard within a small part of a long step: between its chunks, or between layers where the batch has to stay together. */
import { expect, test } from 'vitest'
import type { Layer } from '../../shared/models/model'
import { openSession, plainTraining, randomSamples } from './sessions'

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
    const training = train()
    await new Promise((resolve) => setTimeout(resolve, wholeMs / 8))
    const asked = performance.now()
    session.stop()
    // The step that was cut short has never been.
    expect(await training).toMatchObject({ reason: 'stopped', step: 1 })
    expect(performance.now() - asked).toBeLessThan(wholeMs / 2)
    session.dispose()
  })
}
