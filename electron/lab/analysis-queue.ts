/**
 * The questions that wait for their runs, for a core, or for their answer. Starts each when the runs it asks have ended, records every
 * change in the store and tells the lab. Answers that are known already are taken over.
 */
import { createHash } from 'node:crypto'
import type { AnalysisProgressReport } from '../../shared/api/analysis-api'
import { errorMessage, isLabError, LabError, toPlainError } from '../../shared/api/errors'
import type { AnalysisId, ExperimentId, RunId } from '../../shared/api/ids'
import type { AnalysisProgress } from '../../shared/api/lab-api'
import { isEnded, type AnalysisStatus, type AskedData, type RunSummary } from '../../shared/api/records'
import type { NewAnalysis, Snapshot, StoreApi } from '../../shared/api/store-api'
import { analysisKinds } from '../../shared/analyses/registry'
import { mean } from '../../shared/math/mean'
import type { WorkerHost } from '../host/worker-host'
import { AnalysisPool } from './analysis-pool'
import type { Refusal } from './scheduler-options'

export interface AnalysisQueueOptions {
  host: WorkerHost
  store: StoreApi
  version: string
  datasetFolders: string[]
  /** What runs when the lab closes is queued, for the lab that opens next, instead of stopped. */
  goesOn?: boolean
  /** Cores that nothing trains on. */
  freeCores(): number
  /** Whether a run is still to end. */
  isOpen(runId: RunId): boolean
  /** What an analysis of a run is to read. @throws LabError `dataset/changed`, `dataset/missing`, `dataset/damaged` */
  dataOf(run: RunSummary, otherData: boolean): Promise<AskedData>
  onChange(experimentId: ExperimentId, what: 'status' | 'progress'): void
}

interface Entry {
  experimentId: ExperimentId
  analysis: NewAnalysis
  status: AnalysisStatus
  share: number
  startedAt: number
  durationMs: number
  /** What there is of the result and is not on its way into the store. */
  part?: { result: Uint8Array; share: number }
  isKeepingParts?: boolean
}

const hasEnded = ({ status }: Entry) => isEnded(status)

export class AnalysisQueue {
  readonly #pool: AnalysisPool
  /** In plan order; an experiment's entries leave together, when all have ended. */
  readonly #entries = new Map<AnalysisId, Entry>()
  readonly #active = new Set<Promise<void>>()
  /** Experiments whose analyses wait, with how many runs they have. */
  readonly #paused = new Set<ExperimentId>()
  readonly #runCounts = new Map<ExperimentId, number>()
  /** Stopped, or only put back into the queue. */
  readonly #stopping = new Map<AnalysisId, 'stopped' | 'queued'>()
  /** Nothing can be recorded. */
  #onHold = false
  #closed = false

  constructor(private readonly options: AnalysisQueueOptions) {
    this.#pool = new AnalysisPool(options.host, (report) => this.#record(report))
  }

  /** @param runCount runs of the experiment */
  add(experimentId: ExperimentId, analyses: readonly NewAnalysis[], runCount: number): void {
    if (analyses.length > 0) this.#runCounts.set(experimentId, runCount)
    for (const analysis of analyses) {
      const entry = { experimentId, analysis, status: 'queued' as const, share: 0, startedAt: 0, durationMs: 0 }
      this.#entries.set(analysis.analysisId, entry)
    }
    this.next()
  }

  /** Number of cores in use. */
  get running(): number {
    return [...this.#entries.values()].filter(({ status }) => status === 'running').length
  }

  get queued(): number {
    return [...this.#entries.values()].filter(({ status }) => status === 'queued').length
  }

  has(experimentId: ExperimentId): boolean {
    return this.#of(experimentId).length > 0
  }

  runCount(experimentId: ExperimentId): number {
    return this.#runCounts.get(experimentId) ?? 0
  }

  isPaused(experimentId: ExperimentId): boolean {
    return this.#paused.has(experimentId)
  }

  /** Experiments with analyses to come. */
  get experiments(): ExperimentId[] {
    return [...new Set([...this.#entries.values()].map(({ experimentId }) => experimentId))]
  }

  /** Of an experiment with analyses to come; otherwise empty. */
  progress(experimentId: ExperimentId): AnalysisProgress[] {
    const entries = this.#of(experimentId)
    const done = entries.filter(({ status }) => status === 'finished')
    const typical = done.length > 0 ? mean(done.map(({ durationMs }) => durationMs)) : null
    return entries.map((entry) => {
      const { analysis, status, share } = entry
      return { analysisId: analysis.analysisId, status, share, etaMs: etaOf(entry, typical) }
    })
  }

  /** Ends all of an experiment that has not ended. */
  async stop(experimentId: ExperimentId): Promise<void> {
    this.#paused.delete(experimentId)
    const open = this.#of(experimentId).filter((entry) => !hasEnded(entry))
    const waiting = open.filter(({ status }) => status === 'queued')
    for (const entry of waiting) entry.status = 'stopped'
    await Promise.all([
      ...waiting.map((entry) => this.#end(entry, 'stopped', null)),
      ...open.filter(({ status }) => status === 'running').map((entry) => this.#interrupt(entry, 'stopped')),
    ])
    this.#forgetWhenDone(experimentId)
  }

  /** What runs goes back into the queue, with what it has so far. */
  async pause(experimentId: ExperimentId): Promise<void> {
    this.#paused.add(experimentId)
    await this.interrupt(this.#of(experimentId).map(({ analysis }) => analysis.analysisId))
  }

  /** Those of them that run go back into the queue. */
  async interrupt(analysisIds: readonly AnalysisId[]): Promise<void> {
    const entries = analysisIds.flatMap((analysisId) => this.#entries.get(analysisId) ?? [])
    const running = entries.filter(({ status }) => status === 'running')
    await Promise.all(running.map((entry) => this.#interrupt(entry, 'queued')))
  }

  resume(experimentId: ExperimentId): void {
    this.#paused.delete(experimentId)
    this.next()
  }

  /** While nothing can be recorded nothing starts; what is being answered goes on, and its answer waits. */
  hold(isOnHold: boolean): void {
    this.#onHold = isOnHold
    this.next()
  }

  /** What waits is interrupted, for this reason; what is being answered goes on. */
  async refuse(why: Refusal): Promise<void> {
    const waiting = [...this.#entries.values()].filter(({ status }) => status === 'queued')
    for (const entry of waiting) entry.status = 'interrupted'
    await Promise.all(waiting.map((entry) => this.#end(entry, 'interrupted', new LabError(why.code, why.message))))
    for (const { experimentId } of waiting) this.#forgetWhenDone(experimentId)
  }

  async close(goesOn = this.options.goesOn ?? false): Promise<void> {
    this.#closed = true
    const running = [...this.#entries.values()].filter(({ status }) => status === 'running')
    const becomes = goesOn ? 'queued' : 'stopped'
    await Promise.all(running.map((entry) => this.#interrupt(entry, becomes)))
    await Promise.all(this.#active)
    this.#pool.close()
  }

  /** Starts what can start: called whenever a run ends or a core gets free. */
  next(): void {
    if (this.#closed || this.#onHold) return
    for (const entry of this.#entries.values()) {
      const free = this.options.freeCores() - this.running
      if (free < 1) return
      if (entry.status !== 'queued' || this.#paused.has(entry.experimentId)) continue
      if (entry.analysis.runIds.some((runId) => this.options.isOpen(runId))) continue
      entry.status = 'running'
      const answering = this.#answer(entry, this.#threads(free))
      this.#active.add(answering)
      void answering.finally(() => {
        this.#active.delete(answering)
        this.#forgetWhenDone(entry.experimentId)
        this.options.onChange(entry.experimentId, 'status')
        this.next()
      })
    }
  }

  /** A single question takes all cores that are free, many share them. */
  #threads(free: number): number {
    return Math.max(1, Math.floor(free / (1 + this.queued)))
  }

  /** Never rejects: what goes wrong is the analysis's status and error. */
  async #answer(entry: Entry, threads: number): Promise<void> {
    const { analysis } = entry
    const { analysisId } = analysis
    entry.startedAt = Date.now()
    const started = performance.now()
    try {
      await this.options.store.updateAnalysis({ analysisId, status: 'running', startedAt: entry.startedAt })
      this.options.onChange(entry.experimentId, 'status')
      await this.#findOrAsk(entry, threads)
      entry.durationMs = performance.now() - started
      await this.#end(entry, 'finished', null)
    } catch (error) {
      entry.durationMs = performance.now() - started
      // Its process was told to end before it could answer: asked again.
      const asked = this.#stopping.get(analysisId) ?? (isLabError(error, 'worker/ended') ? 'queued' : undefined)
      if (asked) await this.#end(entry, asked, null)
      else await this.#end(entry, isLabError(error, 'worker/died') ? 'interrupted' : 'failed', error)
    }
    this.#stopping.delete(analysisId)
  }

  async #findOrAsk(entry: Entry, threads: number): Promise<void> {
    const { analysis } = entry
    const { store, version } = this.options
    const { analysisId, kind, spec } = analysis
    const runs = await store.getRuns({ runIds: analysis.runIds })
    const steps = await this.#snapshotSteps(analysis, runs)
    const withWeights = runs.filter(({ runId }) => steps.has(runId))
    if (withWeights.length === 0) throw missing(runs[0]?.label ?? 'The run', runs[0]?.error ?? null)
    const data = await this.#dataOf(withWeights, analysis)
    const subjects = withWeights.map((run) => ({ ...run, dataSha256: data.get(run.runId)!.sha256 }))
    const identity = identityOf(analysis, subjects, steps, version)
    const asked = subjects.map(({ runId, label }) => ({
      runId,
      label,
      steps: steps.get(runId)!,
      data: data.get(runId)!,
    }))
    const known = await unlessDamaged(store.findResult({ identity }))
    if (known) {
      const provenance = { ...known.provenance, runs: asked, cached: true }
      await store.saveResult({ analysisId, ...known, provenance, identity })
      return
    }
    // What there is of a result may be of other data than those that are read now, where it is not sure which they were.
    const isSure = [...data.values()].every(({ relation }) => relation === 'same' || relation === 'made')
    const previous = (isSure && (await unlessDamaged(store.readResult({ analysisId })))) || undefined
    const { datasetFolders } = this.options
    const { result, summary, engine } = await this.#pool.analyse(
      { analysisId, kind, spec, runs: subjects, datasetFolders, threads, ...(previous && { previous }) },
      this.#snapshots(analysisId, subjects, steps),
    )
    // The whole is there: a part of it must not come after.
    entry.part = undefined
    const provenance = { engine, version, runs: asked, cached: false }
    await store.saveResult({ analysisId, result, summary, provenance, identity })
  }

  async #dataOf(
    runs: readonly RunSummary[],
    { otherData = false }: NewAnalysis,
  ): Promise<ReadonlyMap<RunId, AskedData>> {
    const data = new Map<RunId, AskedData>()
    for (const run of runs) data.set(run.runId, await this.options.dataOf(run, otherData))
    return data
  }

  /**
   * The steps of the snapshots that a kind needs, by run; runs that have none at all (they failed before their end) are left out.
   * @throws LabError `snapshot/missing` when a run's snapshots were deleted
   */
  async #snapshotSteps(analysis: NewAnalysis, runs: readonly RunSummary[]): Promise<Map<RunId, number[]>> {
    const all = analysisKinds[analysis.kind].snapshots === 'all'
    const steps = new Map<RunId, number[]>()
    for (const { runId, label, spec, status } of runs) {
      const kept = (await this.options.store.listSnapshots({ runId })).map(({ step }) => step)
      if (kept.length === 0 && status === 'finished') throw missing(label, null)
      const wasThinned = all && spec.record?.snapshots !== undefined && kept.length === 1 && kept[0]! > 0
      if (wasThinned && status === 'finished') throw missing(label, null)
      if (kept.length > 0) steps.set(runId, all ? kept : kept.slice(-1))
    }
    return steps
  }

  async *#snapshots(
    analysisId: AnalysisId,
    runs: readonly RunSummary[],
    steps: ReadonlyMap<RunId, readonly number[]>,
  ): AsyncGenerator<{ runId: RunId; snapshot: Snapshot }> {
    for (const { runId, label } of runs) {
      for (const step of steps.get(runId)!) {
        if (this.#stopping.has(analysisId)) throw new LabError('engine/canceled', 'The analysis was stopped.')
        const snapshot = await this.options.store.readSnapshot({ runId, step })
        if (!snapshot) throw missing(label, null)
        yield { runId, snapshot }
      }
    }
  }

  async #interrupt(entry: Entry, becomes: 'stopped' | 'queued'): Promise<void> {
    const { analysisId } = entry.analysis
    this.#stopping.set(analysisId, becomes)
    await this.#pool.stop(analysisId)
  }

  async #end(entry: Entry, status: AnalysisStatus, error: unknown): Promise<void> {
    const { analysisId } = entry.analysis
    const why = error === null ? null : toPlainError(error)
    const ended = status === 'queued' ? {} : { endedAt: Date.now(), durationMs: entry.durationMs }
    await this.options.store
      .updateAnalysis({
        analysisId,
        status,
        error: why && { code: why.code, message: why.message },
        ...(status === 'finished' && { share: 1 }),
        ...ended,
      })
      .catch((problem: unknown) => {
        console.error(`The end of analysis ${analysisId} was not stored: ${errorMessage(problem)}`)
      })
    entry.status = status
    if (status === 'finished') entry.share = 1
    this.options.onChange(entry.experimentId, 'status')
  }

  #record({ analysisId, share, partial }: AnalysisProgressReport): void {
    const entry = this.#entries.get(analysisId)
    if (!entry || entry.status !== 'running') return
    entry.share = share
    if (partial) {
      entry.part = { result: partial, share }
      void this.#keepParts(entry)
    }
    // With a part of a result there is something to read again.
    this.options.onChange(entry.experimentId, partial ? 'status' : 'progress')
  }

  /** Of the parts that come while one is on its way the last: the others say less. */
  async #keepParts(entry: Entry): Promise<void> {
    if (entry.isKeepingParts) return
    entry.isKeepingParts = true
    const { store } = this.options
    const { analysisId } = entry.analysis
    for (let { part } = entry; part; part = entry.part) {
      entry.part = undefined
      const { result, share } = part
      await store
        .saveResult({ analysisId, result })
        .then(() => store.updateAnalysis({ analysisId, share }))
        .catch((error: unknown) => console.error(`Analysis ${analysisId} was not recorded: ${errorMessage(error)}`))
    }
    entry.isKeepingParts = false
  }

  #of(experimentId: ExperimentId): Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.experimentId === experimentId)
  }

  #forgetWhenDone(experimentId: ExperimentId): void {
    const entries = this.#of(experimentId)
    if (!entries.every(hasEnded)) return
    for (const { analysis } of entries) this.#entries.delete(analysis.analysisId)
    this.#runCounts.delete(experimentId)
    this.#paused.delete(experimentId)
  }
}

/** An answer that is not what was stored is computed again. */
async function unlessDamaged<T>(reading: Promise<T | null>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (!isLabError(error, 'store/damaged')) throw error
    return null
  }
}

function etaOf({ status, share, startedAt }: Entry, typical: number | null): number | null {
  if (status === 'queued') return typical
  if (status !== 'running') return 0
  return share > 0 ? ((Date.now() - startedAt) * (1 - share)) / share : typical
}

function missing(label: string, error: string | null): LabError {
  const why = error
    ? ` It ended with: ${error}`
    : ' They may have been deleted; training the run again brings them back.'
  return new LabError('snapshot/missing', `${label} has no weights to look at.${why}`)
}

/** The same question of the same weights and the same data: runs that were trained again have another end. */
function identityOf(
  { kind, spec }: NewAnalysis,
  runs: readonly RunSummary[],
  steps: ReadonlyMap<RunId, readonly number[]>,
  version: string,
): string {
  const asked = runs.map(({ runId, endedAt, dataSha256 }) => [runId, endedAt, steps.get(runId), dataSha256])
  return createHash('sha256')
    .update(JSON.stringify([version, kind, spec, asked]))
    .digest('hex')
}
