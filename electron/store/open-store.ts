/** What an open store works with: the connection, each table, the recorder and the series reader. */
import { isLabError, type LabError } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { AnalysisSummary, RunSummary } from '../../shared/api/records'
import { AnalysisTable } from './analyses'
import { CheckpointTable } from './checkpoints'
import { BrokenFile, closeDatabase, named, unlessReadsFail, type OpenDatabase } from './database'
import { ExperimentTable } from './experiments'
import { FrameTable } from './frames'
import { Guard } from './guard'
import { LogMover } from './log-mover'
import { Recorder } from './recorder'
import { RunTable, type KeyedRun } from './runs'
import { SeriesReader } from './series-reader'
import { Seal } from './seal'
import { SeriesTable } from './series'
import { SnapshotTable } from './snapshots'
import { StartFileTable } from './start-files'

export interface StoreOptions {
  /** Longest time that something recorded waits in memory. */
  flushIntervalMs?: number
  /** How long what was deleted can be brought back while the disk is full. */
  undoMs?: number
  /** Room for decoded series. */
  cacheBytes?: number
  /** It writes nothing any more. Called once. */
  onStopped?: (reason: LabError) => void
}

export class OpenStore {
  readonly experiments
  readonly analyses
  readonly runs
  readonly series
  readonly frames
  readonly snapshots
  readonly checkpoints
  readonly startFiles
  readonly recorder: Recorder | null
  readonly reader
  /** Of a writer. */
  readonly guard: Guard | null
  readonly seal: Seal | null
  readonly logMover: LogMover | null

  constructor(
    readonly connection: OpenDatabase,
    mode: 'write' | 'read',
    options: StoreOptions,
  ) {
    const { database, file, lock } = connection
    this.seal = lock && new Seal(file)
    this.guard =
      lock &&
      new Guard([lock.file, file, `${file}-wal`], (reason) => {
        if (reason.code === 'store/damaged') this.seal?.break()
        options.onStopped?.(reason)
      })
    this.experiments = new ExperimentTable(database)
    this.analyses = new AnalysisTable(database)
    this.runs = new RunTable(database)
    this.series = new SeriesTable(database)
    this.frames = new FrameTable(database)
    this.snapshots = new SnapshotTable(database)
    this.checkpoints = new CheckpointTable(database)
    this.startFiles = new StartFileTable(database)
    const checkMayWrite = () => this.guard?.check()
    this.logMover = lock && new LogMover(database, checkMayWrite, () => this.seal?.renew())
    this.recorder =
      mode === 'write' ? new Recorder(database, this, options.flushIntervalMs ?? 400, checkMayWrite) : null
    this.reader = new SeriesReader(this.series, this.recorder, options.cacheBytes ?? 256 * 2 ** 20)
  }

  /**
   * Does work on the database: what SQLite says of the file comes out as a LabError. A file that it cannot make sense of ends all writing.
   * A value that is not what was stored does not: what is being recorded meanwhile stands in other rows, and would be lost.
   */
  watched<T>(work: () => T): T {
    try {
      return named(this.connection.file, () => unlessReadsFail(this.connection.file, work))
    } catch (error) {
      if (error instanceof BrokenFile) this.guard?.stop(error)
      else if (isLabError(error, 'store/damaged')) this.foundDamaged(error)
      // What damaged rows lead to may look like anything.
      const { damage } = this.connection
      throw damage !== undefined && !isLabError(error) ? damage : error
    }
  }

  private foundDamaged(error: LabError): void {
    this.connection.damage ??= error
    this.seal?.break()
  }

  /** What is known to be wrong with the file. */
  get damage(): LabError | null {
    return this.connection.damage ?? null
  }

  /** Before anything new begins, or is changed for a person. @throws LabError `store/damaged` */
  checkWhole(): void {
    if (this.damage !== null) throw this.damage
  }

  /** Closes it; one that must not be written to stays as it is. */
  release(): void {
    const hasStopped = this.guard?.hasStopped ?? false
    this.guard?.release()
    this.logMover?.release()
    closeDatabase(this.connection, hasStopped)
    if (!hasStopped) this.seal?.renew()
  }

  /** A run's summary with its series and what waits in memory. */
  complete<Summary extends RunSummary>(
    { runKey, run }: KeyedRun<Summary>,
    summaries: Map<number, RunSummary['series']>,
  ): Summary {
    run.series = summaries.get(runKey) ?? {}
    this.recorder?.overlay(runKey, run)
    return run
  }

  /** Runs of other experiments that analyses ask, as far as they can still be seen. */
  sourceRuns(analyses: readonly AnalysisSummary[], own: readonly RunSummary[]): RunSummary[] {
    const known = new Set(own.map(({ runId }) => runId))
    const asked = new Set(analyses.flatMap(({ runIds }) => runIds).filter((runId) => !known.has(runId)))
    return [...asked].flatMap((runId) => (this.runs.isVisible(runId) ? [this.run(runId)] : []))
  }

  /** @throws LabError `run/not-found` */
  run(runId: RunId): RunSummary {
    const found = this.runs.get(runId)
    return this.complete(found, this.series.summariesOfRun(found.runKey))
  }

  /** A run has ended: nothing more comes of it. @param goesOn what it goes on from is kept */
  letGo(runKey: number, goesOn: boolean): void {
    this.recorder?.release(runKey)
    if (!goesOn) this.checkpoints.deleteOfRun(runKey)
    this.logMover?.soon()
  }

  findFrame(runKey: number, epoch = Infinity) {
    // Those that wait are later than all that are stored.
    const waiting = this.recorder?.waitingFrames(runKey).findLast((frame) => frame.epoch <= epoch)
    return waiting ?? this.frames.find(runKey, epoch)
  }
}
