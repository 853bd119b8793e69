// `npm run bench`: our time for a training step beside a peer's, measured in turns in one run on the same cores.
// Standard output has one JSON object a line: {case, ours, peer, peerName, ratio, threads, simd}, microseconds a step and
// peer / ours; standard error has a table. BASIN_PEER_PYTHON names a Python with torch; without it there is no peer.
// BASIN_SIMD=avx2 or =baseline shows the slower instruction sets.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { say } from './log.mjs'
import { buildNative } from './native.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const rounds = 9

/** `steps` is what one turn takes, about a fifth of a second of the slower side; `samples` is our training set. */
const cases = [
  {
    case: 'adam-571-parameters-batch-128',
    sizes: [1, 5, 10, 10, 10, 10, 10, 5, 1],
    loss: 'mean-squared-error',
    batch: 128,
    samples: 1280,
    ourSteps: 20_000,
    peerSteps: 300,
  },
  {
    case: 'adam-784-256-256-10-batch-64',
    sizes: [784, 256, 256, 10],
    loss: 'softmax-cross-entropy',
    batch: 64,
    samples: 6400,
    ourSteps: 200,
    peerSteps: 150,
  },
]

/** Numbers in [0, 1) for data whose values do not matter. */
function numbers(count) {
  let state = 1
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

/** Our side of a case: a function that trains so many steps, shuffled batches and all, and gives microseconds a step. */
function ourSide(addon, { sizes, loss, batch, samples }) {
  const units = sizes.slice(1)
  const layers = units.map((count, i) => ({
    type: 'dense',
    units: count,
    activation: i === units.length - 1 ? 'linear' : 'relu',
  }))
  const optimizer = { type: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
  const session = new addon.Session({ model: { inputSize: sizes[0], layers }, loss, optimizer })
  session.setParameters(numbers(session.parameterCount).map((x) => (x - 0.5) * 0.3))
  const outputs = sizes.at(-1)
  const labels = Uint8Array.from(numbers(samples), (x) => Math.floor(x * outputs))
  session.setSamples('training', numbers(samples * sizes[0]), numbers(samples * outputs), labels)
  return async (steps) => {
    const options = {
      epochs: 1e9,
      maxSteps: steps,
      batchSize: batch,
      shuffleKey: [1, 2],
      evaluateEveryEpochs: 0,
      probeEpochs: new Uint32Array(0),
      progressEveryMs: 100,
    }
    const start = performance.now()
    const result = await session.train(options, () => {})
    if (result.reason !== 'finished') throw new Error(`The bench's training ended as ${result.reason}`)
    return ((performance.now() - start) * 1000) / steps
  }
}

/** The peer process: answers one case a line. */
async function startPeer(python) {
  const child = spawn(python, [join(root, 'test', 'bench', 'peers', 'torch_dense.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = new Promise((_, reject) => {
    child.on('error', (error) => reject(new Error(`${python}: ${error.message}`)))
    child.on('exit', (code) =>
      reject(new Error(`BASIN_PEER_PYTHON=${python} ended with code ${code}; does it have torch?`)),
    )
  })
  // It ends when its input does; then nobody waits any more.
  failed.catch(() => {})
  const answer = async () => {
    const { value, done } = await Promise.race([lines.next(), failed])
    return done ? failed : JSON.parse(value)
  }
  const { version } = await answer()
  return {
    name: `PyTorch ${version}`,
    measure: async ({ sizes, loss, batch, peerSteps: steps }) => {
      child.stdin.write(`${JSON.stringify({ sizes, loss, batch, steps, threads: 1 })}\n`)
      return (await answer()).microseconds
    },
    end: () => child.stdin.end(),
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

async function measure(addon, peer, task) {
  const train = ourSide(addon, task)
  // The first turn of each side warms caches and clocks.
  await train(task.ourSteps)
  await peer?.measure(task)
  const ours = []
  const theirs = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await train(task.ourSteps))
    if (peer) theirs.push(await peer.measure(task))
  }
  const our = median(ours)
  const their = peer ? median(theirs) : null
  return {
    case: task.case,
    ours: Number(our.toFixed(3)),
    peer: their && Number(their.toFixed(3)),
    peerName: peer?.name ?? null,
    ratio: their && Number((their / our).toFixed(2)),
    threads: 1,
    simd: addon.simd,
  }
}

function row(cells) {
  const widths = [32, 10, 10, 9, 22, 10]
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('')
}

function table(results) {
  const head = row(['Microseconds a step', 'Basin', 'peer', 'ratio', 'peer', 'Basin on'])
  const body = results.map(({ case: name, ours, peer, ratio, peerName, simd }) =>
    row([name, ours.toFixed(2), peer?.toFixed(2) ?? '-', ratio ? `${ratio}x` : '-', peerName ?? '-', simd]),
  )
  return ['', head, ...body, ''].join('\n')
}

async function main() {
  const { addon: file } = await buildNative()
  const addon = createRequire(import.meta.url)(file)
  const python = process.env.BASIN_PEER_PYTHON
  if (!python) say('BASIN_PEER_PYTHON names no Python with torch: our times alone')
  const peer = python ? await startPeer(python) : undefined
  const results = []
  for (const task of cases) {
    const result = await measure(addon, peer, task)
    process.stdout.write(`${JSON.stringify(result)}\n`)
    results.push(result)
  }
  peer?.end()
  process.stderr.write(`${table(results)}\n`)
}

main().catch((error) => {
  say(error.message)
  process.exit(1)
})
