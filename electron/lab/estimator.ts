/**
 * What a plan will cost: as long as such runs and analyses took, where there were any; else from a few real steps of each distinct network,
 * timed once and remembered.
 */
import type { Estimate } from '../../shared/api/lab-api'
import type { NewAnalysis, NewRun, PastCosts } from '../../shared/api/store-api'
import type { RunId } from '../../shared/api/ids'
import type { AnalysedRun } from '../../shared/analyses/kind'
import { analysisKinds } from '../../shared/analyses/registry'
import type { Work } from '../../shared/analyses/work'
import { threadsFor } from '../../shared/experiments/threads'
import { architectureLabel, flopsPerSample } from '../../shared/models/model'
import { batchSamples, trainingSize, type RunSpec } from '../../shared/experiments/run-spec'
import { Experience, speedUp, threadsOfEach, timingKey } from './experience'
import {
  asGradient,
  hasGradients,
  isSearch,
  runWork,
  seriesBytes,
  snapshotBytes,
  type Ending,
  type RunWork,
} from './run-cost'
import { firstSeedsFirst } from './unfinished'

/** Enough for a 571-parameter network to take thousands of steps, and little enough not to be felt in the wizard. */
const budgetMs = 40
/** Distinct networks to time; further ones are scaled by their arithmetic from the nearest timed one. */
const mostTimed = 16
/** What a run or an analysis takes of its own: building it, reading its data, storing its end. */
const overheadMs = 30
/** Starting the processes that train, or those that analyse. */
const startMs = 600
/** Of the core's loops, a millisecond; measured on its eigenvalues. */
const flopsPerMs = 2.4e7

interface Question {
  kind: NewAnalysis['kind']
  spec: unknown
  runs: AnalysedRun[]
}

export class Estimator {
  readonly #stepMs = new Map<string, number>()
  readonly #experience: Experience
  #past: Promise<void> | undefined

  /** @param readPast asked once, when the first estimate is; what it cannot tell is not known */
  constructor(
    private readonly measureStep: (spec: RunSpec, budgetMs: number) => Promise<number>,
    private readonly cores: number,
    private readonly readPast: () => Promise<PastCosts> = async () => ({ runs: [], analyses: [] }),
  ) {
    this.#experience = new Experience(cores)
  }

  /** @param asked runs of analyses that are not among `runs` */
  async estimate(
    runs: readonly NewRun[],
    analyses: readonly NewAnalysis[] = [],
    asked: ReadonlyMap<RunId, AnalysedRun> = new Map(),
  ): Promise<Estimate> {
    await (this.#past ??= this.readPast().then((past) => this.#experience.learn(past)))
    const known = new Map<RunId, AnalysedRun>([...asked, ...runs.map((run) => [run.runId, run] as const)])
    const questions = analyses.map(({ kind, spec, runIds }) => ({
      kind,
      spec,
      runs: runIds.map((runId) => known.get(runId)!),
    }))
    await this.#measure([
      ...runs.map(({ spec }) => spec),
      ...runs.filter(({ spec }) => hasGradients(spec)).map(({ spec }) => asGradient(spec)),
      ...questions.map((question) => asGradient(question.runs[0]!.spec)),
    ])
    const analysesMs = this.#analysesMs(questions)
    const timeMs = this.#runsMs(runs, 'usual') + analysesMs
    const mostMs = Math.max(timeMs, this.#runsMs(runs, 'latest') + analysesMs)
    const snapshots = runs.reduce((sum, run) => sum + snapshotBytes(run), 0)
    const models = new Map(runs.map(({ spec, parameterCount }) => [architectureLabel(spec.model), parameterCount]))
    return {
      runs: runs.length,
      analyses: analyses.length,
      steps: runs.reduce((sum, run) => sum + run.totalSteps, 0),
      models: [...models].map(([label, parameterCount]) => ({ label, parameterCount })),
      timeMs,
      mostMs: runs.some(({ spec }) => isSearch(spec)) ? mostMs : null,
      storedBytes: snapshots + runs.reduce((sum, run) => sum + seriesBytes(run), 0),
      snapshotBytes: snapshots,
    }
  }

  /** Milliseconds per step on one core as far as known: learnt, measured, or scaled from what was measured. */
  stepMs(spec: RunSpec): number | null {
    return this.#experience.stepMs(spec) ?? this.#stepMs.get(timingKey(spec)) ?? null
  }

  /** Milliseconds that a step of a run takes on average, with all that is done beside its steps. */
  meanStepMs(run: NewRun): number | null {
    const runMs = this.#runMs(run, 'usual')
    return runMs === null ? null : runMs / run.totalSteps
  }

  /** @param siblings runs of its experiment, that one too */
  learn(spec: RunSpec, steps: number, durationMs: number, siblings: number): void {
    this.#experience.learnRun({ spec, steps, durationMs, siblings })
  }

  /** By the clock: each run goes to the core that is free first, and a single one takes them all. */
  #runsMs(runs: readonly NewRun[], ending: Ending): number {
    const threads = threadsOfEach(runs.length, this.cores)
    const cores = new Array<number>(Math.max(1, Math.min(this.cores, runs.length))).fill(0)
    for (const run of firstSeedsFirst(runs)) {
      const first = cores.indexOf(Math.min(...cores))
      const runMs = (this.#runMs(run, ending) ?? 0) / speedUp(threadsFor(run.spec, threads))
      cores[first]! += runMs + overheadMs
    }
    return runs.length > 0 ? Math.max(...cores) + startMs : 0
  }

  #analysesMs(questions: readonly Question[]): number {
    const threads = threadsOfEach(questions.length, this.cores)
    const besideEachOther = Math.max(1, Math.min(this.cores, questions.length))
    const allMs = questions.reduce(
      (sum, question) => sum + this.#questionMs(question) / speedUp(threads) + overheadMs,
      0,
    )
    return questions.length > 0 ? allMs / besideEachOther + startMs : 0
  }

  #questionMs({ kind, spec, runs }: Question): number {
    const asked = runs[0]!.spec
    const learnt = this.#experience.analysisMs(kind, spec, asked, runs.length)
    return learnt ?? this.#workMs(asked, analysisKinds[kind].work(spec, runs)) ?? 0
  }

  /** Of one core. */
  #runMs(run: NewRun, ending: Ending): number | null {
    const { spec } = run
    // What a search takes at most it has seldom taken.
    const learnt = hasGradients(spec) && ending === 'usual' ? this.#experience.runMs(spec) : undefined
    return learnt ?? this.#timeOf(spec, runWork(run, ending))
  }

  #timeOf(spec: RunSpec, { steps, beside }: RunWork): number | null {
    const stepMs = this.stepMs(spec)
    const besideMs = hasGradients(spec) ? this.#workMs(spec, beside) : 0
    return stepMs === null || besideMs === null ? null : stepMs * steps + besideMs
  }

  /** Of a network; null where its gradient was not timed. */
  #workMs(spec: RunSpec, { gradients, flops }: Work): number | null {
    const gradientMs = this.stepMs(asGradient(spec))
    return gradientMs === null ? null : (gradients / trainingSize(spec)) * gradientMs + flops / flopsPerMs
  }

  async #measure(specs: readonly RunSpec[]): Promise<void> {
    const distinct = new Map(specs.map((spec) => [timingKey(spec), spec]))
    const unknown = [...distinct].filter(([, spec]) => this.stepMs(spec) === null)
    for (const [key, spec] of unknown.slice(0, mostTimed)) {
      this.#stepMs.set(key, await this.measureStep(spec, budgetMs))
    }
    const timed = [...distinct].flatMap(([, spec]) => {
      const stepMs = this.stepMs(spec)
      return stepMs === null ? [] : [[spec, stepMs] as const]
    })
    for (const [key, spec] of unknown.slice(mostTimed)) this.#stepMs.set(key, scaledStepMs(spec, timed))
  }
}

function flopsPerStep(spec: RunSpec): number {
  return flopsPerSample(spec.model) * batchSamples(spec)
}

/** In proportion to the arithmetic, from the timed network that is nearest in it. */
function scaledStepMs(spec: RunSpec, timed: readonly (readonly [RunSpec, number])[]): number {
  const flops = flopsPerStep(spec)
  const distance = (other: RunSpec) => Math.abs(Math.log(flopsPerStep(other) / flops))
  const [nearest, stepMs] = timed.reduce((best, entry) => (distance(entry[0]) < distance(best[0]) ? entry : best))
  return (stepMs * flops) / flopsPerStep(nearest)
}
