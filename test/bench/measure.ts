/** Times a case: our side and its peers in turns, so that all see the same machine, and medians of the rounds. */
import { setTimeout as wait } from 'node:timers/promises'
import { loadEngine } from '../../electron/engines'
import type { BenchCase, OpenCase, PeerTask, TaskFiles } from './bench-case'
import type { Peers } from './peer'

/** One line of output; times in microseconds for one `unit`. */
export interface BenchResult {
  case: string
  ours: number
  peer: number | null
  /** With the form of the work that was its fastest. */
  peerName: string | null
  /** peer / ours */
  ratio: number | null
  threads: number
  simd: string
  unit: string
  /** The fastest rounds. Where a median is far above its minimum the machine was busy, and the ratio is worth little. */
  oursMin: number
  peerMin: number | null
}

export interface MeasureOptions {
  files: TaskFiles
  peers: Peers | undefined
  rounds: number
  /** Share of the steps that a turn usually takes. */
  share: number
  /** Told why a peer has no time, and what makes times doubtful. */
  say: (text: string) => void
}

interface Rival {
  name: string
  measure: () => Promise<number>
  times: number[]
}

/** A line for each peer, or one without where there are none. */
export async function measureCase(bench: BenchCase, options: MeasureOptions): Promise<BenchResult[]> {
  const engine = loadEngine(bench.simd ? { simd: bench.simd } : {})
  const open = await bench.open(engine, options.files)
  try {
    const ours = await timesOf(bench, open, options)
    const common = { threads: bench.threads, simd: engine.info.simd, unit: bench.unit }
    const lines = ours.rivals.length > 0 ? ours.rivals : [undefined]
    return lines.map((rival) => ({ case: bench.name, ...comparison(ours.times, rival), ...common }))
  } finally {
    open.close()
  }
}

async function timesOf(bench: BenchCase, open: OpenCase, { peers, rounds, share, say }: MeasureOptions) {
  const steps = Math.ceil(open.steps * share)
  // The first turn of each side warms caches and clocks, and makes a peer choose the best of its forms.
  await ourTurn(open, steps)
  const rivals: Rival[] = []
  for (const task of peers ? open.peers : []) {
    try {
      rivals.push(await startRival(bench, open, peers!, { ...task, steps: Math.ceil(task.steps * share) }))
    } catch (error) {
      say((error as Error).message)
    }
  }
  const turns: { time: number; cores: number }[] = []
  for (let round = 0; round < rounds; round++) {
    turns.push(await ourTurn(open, steps))
    for (const rival of rivals) rival.times.push(await rival.measure())
  }
  const cores = median(turns.map((turn) => turn.cores))
  if (cores < 0.8 * bench.threads)
    say(`ours computed on ${cores.toFixed(1)} cores of ${bench.threads}: is the machine busy?`)
  return { times: turns.map((turn) => turn.time), rivals }
}

async function ourTurn(open: OpenCase, steps: number): Promise<{ time: number; cores: number }> {
  await settle()
  const cpu = process.cpuUsage()
  const start = performance.now()
  await open.run(steps)
  const microseconds = (performance.now() - start) * 1000
  const { user, system } = process.cpuUsage(cpu)
  return { time: microseconds / steps / (open.unitsPerStep ?? 1), cores: (user + system) / microseconds }
}

async function startRival(bench: BenchCase, open: OpenCase, peers: Peers, task: PeerTask): Promise<Rival> {
  const peer = await peers.get(task.program, bench.threads)
  const { name } = await peer.measure(task)
  const measure = async () => {
    await settle()
    return (await peer.measure(task)).microseconds / (open.unitsPerStep ?? 1)
  }
  return { name, measure, times: [] }
}

/** Threads that have just computed spin for some milliseconds before they sleep; the other side's turn is not theirs. */
const settle = () => wait(20)

function comparison(ourTimes: number[], rival: Rival | undefined) {
  const ours = median(ourTimes)
  const peer = rival ? median(rival.times) : null
  return {
    ours: rounded(ours),
    peer: peer && rounded(peer),
    peerName: rival?.name ?? null,
    ratio: peer && rounded(peer / ours),
    oursMin: rounded(Math.min(...ourTimes)),
    peerMin: rival ? rounded(Math.min(...rival.times)) : null,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

const rounded = (value: number) => Number(value.toPrecision(4))
