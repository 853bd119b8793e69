/**
 * What runs and analyses took that came to their end here, in milliseconds of one core: it says more of the next ones than a few steps timed
 * in advance. From the store once, then as they end.
 */
import type { AnalysisKindId } from '../../shared/analyses/kind'
import type { PastCosts } from '../../shared/api/store-api'
import { precisionOf } from '../../shared/experiments/run-course'
import { batchSamples, type RunSpec } from '../../shared/experiments/run-spec'
import { threadsFor } from '../../shared/experiments/threads'
import { inputShape } from '../../shared/models/model'
import { stepsOfEvaluations } from './run-cost'

type PastRun = PastCosts['runs'][number]
type PastAnalysis = PastCosts['analyses'][number]

/** What was shorter was over before its speed could be told. */
const enoughMs = 200
/** Of durations of the same work, the newest so many. */
const mostKept = 100

/** So much of a core does each further one, as far as measured (docs/performance.md). */
const shareOfFurtherCores = 0.75

/** How much faster so many threads are than one. */
export function speedUp(threads: number): number {
  return 1 + shareOfFurtherCores * (threads - 1)
}

/** Threads that each of some runs or analyses has where they share the cores. */
export function threadsOfEach(count: number, cores: number): number {
  return Math.max(1, Math.floor(cores / Math.max(1, count)))
}

/** What makes one step cost what it does. */
export function timingKey(spec: RunSpec): string {
  const { model, optimizer, loss } = spec
  return JSON.stringify([inputShape(model), model.layers, batchSamples(spec), optimizer.type, loss, precisionOf(spec)])
}

/** All but the chance in it. */
function workKey({ seed: _seed, start: _start, ...spec }: RunSpec): string {
  return JSON.stringify(spec)
}

function questionKey(kind: AnalysisKindId, spec: unknown, asked: RunSpec, count: number): string {
  const { seed: _seed, ...question } = spec as { seed?: number }
  return JSON.stringify([kind, question, workKey(asked), count])
}

/** Durations of the same work, newest last. */
class Durations {
  readonly #of = new Map<string, number[]>()

  add(key: string, ms: number): void {
    const durations = this.#of.get(key) ?? []
    durations.push(ms)
    if (durations.length > mostKept) durations.shift()
    this.#of.set(key, durations)
  }

  /** Of half of them less: one that met a busy machine says little. */
  median(key: string): number | undefined {
    const sorted = [...(this.#of.get(key) ?? [])].sort((a, b) => a - b)
    return sorted[Math.floor((sorted.length - 1) / 2)]
  }
}

export class Experience {
  readonly #stepMs = new Map<string, number>()
  readonly #runs = new Durations()
  readonly #analyses = new Durations()

  constructor(private readonly cores: number) {}

  /** @param past oldest first */
  learn({ runs, analyses }: PastCosts): void {
    runs.forEach((run) => this.learnRun(run))
    analyses.forEach((analysis) => this.learnAnalysis(analysis))
  }

  learnRun({ spec, steps, durationMs, siblings }: PastRun): void {
    if (steps === 0) return
    const oneCoreMs = durationMs * speedUp(threadsFor(spec, threadsOfEach(siblings, this.cores)))
    this.#runs.add(workKey(spec), oneCoreMs)
    // Where it did more than train, its steps are not of one kind.
    if (durationMs < enoughMs || spec.gradientPhase || spec.record?.fullGradientEvery) return
    const key = timingKey(spec)
    const stepMs = oneCoreMs / (steps + stepsOfEvaluations(spec, steps))
    // Other work on the machine can only slow it down.
    this.#stepMs.set(key, Math.min(stepMs, this.#stepMs.get(key) ?? Infinity))
  }

  learnAnalysis({ kind, spec, asked, runs, durationMs, siblings }: PastAnalysis): void {
    const oneCoreMs = durationMs * speedUp(threadsOfEach(siblings, this.cores))
    this.#analyses.add(questionKey(kind, spec, asked, runs), oneCoreMs)
  }

  stepMs(spec: RunSpec): number | undefined {
    return this.#stepMs.get(timingKey(spec))
  }

  /** Of runs that differ by chance alone. */
  runMs(spec: RunSpec): number | undefined {
    return this.#runs.median(workKey(spec))
  }

  /** Of the same question to a run that differs by chance alone. @param runs that are asked together */
  analysisMs(kind: AnalysisKindId, spec: unknown, asked: RunSpec, runs: number): number | undefined {
    return this.#analyses.median(questionKey(kind, spec, asked, runs))
  }
}
