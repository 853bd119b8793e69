/** Trainings that outlive what started them: the end of a process, of a worker thread, of the last reference. In processes of their own. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { findAddon } from '../../electron/engines/native'

afterEach(() => vi.unstubAllEnvs())

const prelude = `
const addon = require(${JSON.stringify(findAddon())})
function start(onProgress = () => {}) {
  const session = new addon.Session({
    model: { inputSize: 1, layers: [{ type: 'dense', units: 8, activation: 'tanh' }, { type: 'dense', units: 1, activation: 'linear' }] },
    loss: 'mean-squared-error',
    optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0 },
  })
  session.setSamples('training', Float32Array.of(1, 2, 3), Float32Array.of(1, 2, 3))
  const options = { epochs: 1e9, batchSize: 2, evaluateEveryEpochs: 0, probeEpochs: new Uint32Array(0), progressEveryMs: 1 }
  return { session, end: session.train(options, onProgress) }
}
`

/** Standard output of a script; rejects when the process ends by a signal or with another code. */
async function run(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '-e', prelude + script], {
    timeout: 20_000,
  })
  return stdout
}

test('BASIN_SIMD names the instruction set of a process; a name that the machine does not know is passed over', async () => {
  const script = 'console.log(addon.simd, addon.simdLevels[0])'
  vi.stubEnv('BASIN_SIMD', 'baseline')
  expect(await run(script)).toMatch(/^baseline /)
  vi.stubEnv('BASIN_SIMD', 'abacus')
  const [chosen, fastest] = (await run(script)).trim().split(' ')
  expect(chosen).toBe(fastest)
})

test('a process may exit in the middle of a training', async () => {
  expect(await run(`start(() => { console.log('exit'); process.exit(0) })`)).toBe('exit\n')
})

test('a process may exit while a training is paused', async () => {
  expect(await run(`const { session } = start(); session.pause(); setTimeout(() => process.exit(0), 50)`)).toBe('')
})

test('an error that nobody catches ends the process in the usual way', async () => {
  await expect(run(`start(); setTimeout(() => { throw new Error('bug') }, 20)`)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Error: bug'),
  })
})

test('a worker thread may be terminated in the middle of a training', async () => {
  const script = `
    const { Worker } = require('node:worker_threads')
    const source = ${JSON.stringify(prelude)} + 'start(() => require("node:worker_threads").parentPort.postMessage("on"))'
    const worker = new Worker(source, { eval: true })
    worker.once('message', async () => { await worker.terminate(); console.log('terminated') })`
  expect(await run(script)).toBe('terminated\n')
})

test('a training whose session nobody holds goes on', async () => {
  const script = `
    let reports = 0
    start(() => reports++)
    setTimeout(() => { gc(); const before = reports; setTimeout(() => { console.log(reports > before); process.exit(0) }, 100) }, 50)`
  expect(await run(script)).toBe('true\n')
})

test('sessions that are dropped are freed without being asked, because the garbage collector knows what they hold', async () => {
  const script = `
    const options = {
      model: { inputSize: 1000, layers: [{ type: 'dense', units: 2000, activation: 'relu' }] },
      loss: 'mean-squared-error',
      optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    }
    const steps = { epochs: 1, batchSize: 1, evaluateEveryEpochs: 0, probeEpochs: new Uint32Array(0), progressEveryMs: 1000 }
    const parameters = new Float32Array(1001 * 2000)
    const inputs = new Float32Array(1000).fill(1)
    const values = new Float32Array(2000)
    ;(async () => {
      // Each holds four times 8 MB, which a step has written to; JavaScript's own share is next to nothing.
      for (let i = 0; i < 100; i++) {
        const session = new addon.Session(options)
        session.setParameters(parameters)
        session.setSamples('training', inputs, values)
        await session.train(steps, () => {})
        if (i % 4 === 0) session.dispose()
      }
      console.log(process.memoryUsage().rss < 1500e6)
    })()`
  expect(await run(script)).toBe('true\n')
})
