/** What the core holds on to: nothing of trainings that are over, one copy of samples that are shared. In processes of their own. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { findAddon } from '../../electron/engines/native'

const megabyte = 1e6

/** What a script prints as JSON; rejects when the process ends by a signal or with another code. */
async function measured<Result>(script: string): Promise<Result> {
  const prelude = `const addon = require(${JSON.stringify(findAddon())})\n`
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '-e', prelude + script])
  return JSON.parse(stdout) as Result
}

/** Trainings of a small network with all that a session can hold; half are disposed of, half left to the garbage collector. */
const manyTrainings = `
const dense = (units, activation) => ({ type: 'dense', units, activation })
const options = {
  model: {
    inputSize: 4,
    layers: [
      dense(40, 'tanh'),
      { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' },
      { type: 'residual', layers: [dense(40, 'relu'), { type: 'dropout', rate: 0.1 }], activation: 'linear' },
      dense(2, 'linear'),
    ],
  },
  loss: 'mean-squared-error',
}
const optimizers = [
  { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { type: 'rmsprop', learningRate: 0.01, alpha: 0.9, epsilon: 1e-8 },
]
const inputs = new Float32Array(4 * 100).fill(0.5)
const values = new Float32Array(2 * 100)
const steps = {
  epochs: 2, batchSize: 30, shuffleKey: [1, 2], dropoutKey: [3, 4],
  evaluateEveryEpochs: 1, probeEpochs: Uint32Array.of(1), progressEveryMs: 0,
}

async function one(i) {
  const precision = i % 3 === 0 ? 'float64' : 'float32'
  const session = new addon.Session({ ...options, optimizer: optimizers[i % 2], precision, threads: i % 20 === 0 ? 2 : 1 })
  session.setSamples('training', inputs, values)
  session.setSamples('test', inputs, values)
  session.setProbe(inputs)
  await session.train(steps, () => {})
  if (i % 4 < 2) session.dispose()
}

async function many(count) {
  for (let i = 0; i < count; i++) await one(i)
  // What is left to the collector is freed in a turn of its own.
  for (let turn = 0; turn < 3; turn++) { gc(); await new Promise(setImmediate) }
  return process.memoryUsage().rss
}

;(async () => {
  const rss = []
  for (const count of [500, 1500, 1500]) rss.push(await many(count))
  console.log(JSON.stringify(rss))
})()`

test('thousands of small trainings leave no growth', async () => {
  const [, middle, end] = await measured<[number, number, number]>(manyTrainings)
  // A session holds about 1 MB: if one in a hundred stayed, it would show.
  expect(end - middle).toBeLessThan(15 * megabyte)
}, 120_000)

/** 784-4096-1024-10, 7,420,938 parameters, two sessions on the same 60,000 images. */
const largeTraining = `
const dense = (units, activation) => ({ type: 'dense', units, activation })
const options = {
  model: { inputSize: 784, layers: [dense(4096, 'relu'), dense(1024, 'relu'), dense(10, 'linear')] },
  loss: 'softmax-cross-entropy',
  optimizer: { type: 'adam', learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  threads: 2,
}
const images = 60000
const inputs = new Float32Array(images * 784)
for (let i = 0; i < inputs.length; i++) inputs[i] = (i % 7) / 7
const labels = Uint8Array.from({ length: images }, (_, i) => i % 10)
const steps = {
  epochs: 1, maxSteps: 4, batchSize: 64, shuffleKey: [1, 2],
  evaluateEveryEpochs: 0, probeEpochs: new Uint32Array(0), progressEveryMs: 100,
}

;(async () => {
  const sessions = [new addon.Session(options), new addon.Session(options)]
  sessions[0].setSamples('training', inputs, undefined, labels)
  sessions[1].shareSamples('training', sessions[0])
  const results = []
  for (const session of sessions) {
    const parameters = new Float32Array(session.parameterCount)
    for (let i = 0; i < parameters.length; i++) parameters[i] = Math.sin(i) / 50
    session.setParameters(parameters)
    results.push(await session.train(steps, () => {}))
  }
  const parameters = sessions[0].parameterCount
  console.log(JSON.stringify({ parameters, results, peak: process.resourceUsage().maxRSS * 1024 }))
})()`

interface Peak {
  parameters: number
  results: { reason: string; step: number }[]
  /** Bytes, of the whole process. */
  peak: number
}

test('two networks of 7.4 million parameters train on the images of MNIST in a process under 1 GB', async () => {
  const { parameters, results, peak } = await measured<Peak>(largeTraining)
  expect(parameters).toBe(7_420_938)
  expect(results).toEqual([1, 2].map(() => ({ reason: 'finished', step: 4, epoch: 0 })))
  expect(peak).toBeLessThan(1000 * megabyte)
  // Shared: a second copy of 188 MB beside that of the caller would not go unnoticed.
  expect(peak).toBeLessThan(850 * megabyte)
}, 120_000)
