/** One analysis: gives its function what it asks for, and turns what it says into bytes. */
import type { AnalyseArgument, AnalysisAnswer, AnalysisProgressReport } from '../../shared/api/analysis-api'
import { decode, encode } from '../../shared/api/codec'
import type { RunId } from '../../shared/api/ids'
import type { RunSummary } from '../../shared/api/records'
import type { Snapshot } from '../../shared/api/store-api'
import { runSamples, type RunSamples } from '../datasets/run-samples'
import type { Engine, EngineSession, SessionOptions } from '../engines/engine'
import type { AnalysisContext, SubjectRun } from './analysis'
import { analyses } from './registry'
import { throwIfStopped } from './stop'

/** More reports than this a second nobody reads. */
const reportEveryMs = 125

export class AnalysisJob {
  readonly #stop = new AbortController()
  readonly #sessions = new Set<EngineSession>()
  readonly #subjects: readonly SubjectRun[]
  #reportedAt = -Infinity

  constructor(
    private readonly engine: Engine,
    private readonly argument: AnalyseArgument,
    snapshots: ReadonlyMap<RunId, readonly Snapshot[]>,
    private readonly report: (progress: AnalysisProgressReport) => void,
  ) {
    this.#subjects = argument.runs.map((run) => ({ run, snapshots: snapshots.get(run.runId) ?? [] }))
  }

  async run(): Promise<AnalysisAnswer> {
    const { kind, previous } = this.argument
    const context: AnalysisContext<unknown, unknown> = {
      spec: this.argument.spec,
      runs: this.#subjects,
      engine: this.engine,
      threads: this.argument.threads,
      createSession: (runId, options) => this.#createSession(runId, options),
      readSamples: (runId) => this.#readSamples(runId),
      progress: (share, partial) => this.#progress(share, partial),
      previous: previous === undefined ? undefined : decode(previous),
      signal: this.#stop.signal,
    }
    try {
      const { result, summary } = await analyses[kind](context)
      throwIfStopped(this.#stop.signal)
      const { name, simd } = this.engine.info
      return { result: encode(result), summary, engine: { name, simd } }
    } catch (error) {
      throwIfStopped(this.#stop.signal)
      throw error
    } finally {
      for (const session of this.#sessions) session.dispose()
    }
  }

  stop(): void {
    this.#stop.abort()
    for (const session of this.#sessions) session.stop()
  }

  async #createSession(
    runId: RunId,
    options: Pick<SessionOptions, 'precision' | 'threads'> = {},
  ): Promise<EngineSession> {
    const { run, snapshots } = this.#subject(runId)
    const { model, loss, optimizer } = run.spec
    const samples = await this.#readSamples(runId)
    const session = this.engine.createSession({ model, loss, optimizer, ...options })
    this.#sessions.add(session)
    session.setSamples('training', samples.training)
    session.setSamples('test', samples.test)
    const last = snapshots.at(-1)!
    session.setParameters(last.parameters)
    if (last.buffers) session.setBuffers(last.buffers)
    return this.#forgotten(session)
  }

  async #readSamples(runId: RunId): Promise<RunSamples> {
    const { spec, dataSha256 } = this.#subject(runId).run
    const samples = await runSamples(spec, this.argument.datasetFolders, dataSha256)
    throwIfStopped(this.#stop.signal)
    return samples
  }

  /** A session that was disposed of is not stopped any more. */
  #forgotten(session: EngineSession): EngineSession {
    const dispose = session.dispose.bind(session)
    session.dispose = () => {
      this.#sessions.delete(session)
      dispose()
    }
    return session
  }

  #subject(runId: RunId): { run: RunSummary; snapshots: readonly Snapshot[] } {
    const found = this.#subjects.find(({ run }) => run.runId === runId)
    if (!found) throw new Error(`Run ${runId} is not asked by this analysis.`)
    return found
  }

  #progress(share: number, partial?: unknown): void {
    throwIfStopped(this.#stop.signal)
    const now = performance.now()
    // Parts of a result are rare and never left out.
    if (partial === undefined && now - this.#reportedAt < reportEveryMs) return
    this.#reportedAt = now
    const { analysisId } = this.argument
    this.report({ analysisId, share, ...(partial === undefined ? {} : { partial: encode(partial) }) })
  }
}
