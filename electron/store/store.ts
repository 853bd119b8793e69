/**
 * The store: one SQLite file with everything ever run. This class ties the parts together; each table, the recorder and the series
 * reader have their own file. It knows nothing of processes: entry.ts serves it.
 */
import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { LabError } from '../../shared/api/errors'
import { isEnded, type ExperimentDetail, type RunSummary } from '../../shared/api/records'
import type { AnalysisSummary, ExperimentSummary, FrameInfo, RunRow, SnapshotInfo } from '../../shared/api/records'
import type { SeriesOfRun } from '../../shared/api/lab-api'
import type { RunId } from '../../shared/api/ids'
import type { AnalysisUpdate, KnownResult, StoredResult } from '../../shared/api/store-api'
import type { Checkpoint, NewExperiment, RunBatch, RunUpdate, Snapshot } from '../../shared/api/store-api'
import type { StoreApi, StoredFrame } from '../../shared/api/store-api'
import { decodeFloat32 } from './codec'
import { giveBackPages, named, openForReading, openForWriting, type OpenDatabase } from './database'
import { seriesData } from './envelope'
import { AnalysisTable } from './analyses'
import { CheckpointTable } from './checkpoints'
import { ExperimentTable } from './experiments'
import { FrameTable } from './frames'
import { Recorder } from './recorder'
import { rewindSeries } from './rewind'
import { RunTable, type KeyedRun } from './runs'
import { SeriesReader } from './series-reader'
import { SeriesTable } from './series'
import { SnapshotTable } from './snapshots'
import { StartFileTable } from './start-files'

export interface StoreOptions {
  /** Longest time that something recorded waits in memory. */
  flushIntervalMs?: number
  /** Room for decoded series. */
  cacheBytes?: number
}

type Argument<Method extends keyof StoreApi> = Parameters<StoreApi[Method]>[0]

/** What an open store works with. */
class OpenStore {
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

  constructor(
    readonly connection: OpenDatabase,
    mode: 'write' | 'read',
    options: StoreOptions,
  ) {
    const { database } = connection
    this.experiments = new ExperimentTable(database)
    this.analyses = new AnalysisTable(database)
    this.runs = new RunTable(database)
    this.series = new SeriesTable(database)
    this.frames = new FrameTable(database)
    this.snapshots = new SnapshotTable(database)
    this.checkpoints = new CheckpointTable(database)
    this.startFiles = new StartFileTable(database)
    this.recorder = mode === 'write' ? new Recorder(database, this, options.flushIntervalMs ?? 400) : null
    this.reader = new SeriesReader(this.series, this.recorder, options.cacheBytes ?? 256 * 2 ** 20)
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

  /** A run has ended: nothing more comes of it. */
  letGo(runKey: number): void {
    this.recorder?.release(runKey)
    this.checkpoints.deleteOfRun(runKey)
  }

  findFrame(runKey: number, epoch = Infinity) {
    // Those that wait are later than all that are stored.
    const waiting = this.recorder?.waitingFrames(runKey).findLast((frame) => frame.epoch <= epoch)
    return waiting ?? this.frames.find(runKey, epoch)
  }
}

export class Store implements StoreApi {
  private current: OpenStore | null = null

  constructor(private readonly options: StoreOptions = {}) {}

  async open({ home, mode }: Argument<'open'>): Promise<void> {
    if (this.current !== null) throw new Error('The store is already open')
    const connection = mode === 'write' ? openForWriting(home) : openForReading(home)
    try {
      this.current = named(connection.file, () => new OpenStore(connection, mode, this.options))
      if (mode === 'write') {
        await this.write(({ experiments, runs, analyses, startFiles }) => {
          experiments.purge()
          startFiles.purge()
          runs.markInterrupted()
          analyses.markInterrupted()
        })
      }
    } catch (error) {
      this.current = null
      release(connection)
      throw error
    }
  }

  async close(_argument: Record<string, never> = {}): Promise<void> {
    const { current } = this
    if (current === null) return
    try {
      if (current.recorder !== null)
        await this.write(({ experiments, startFiles }, recorder) => {
          recorder.flush()
          experiments.purge()
          startFiles.purge()
        })
    } finally {
      this.current = null
      release(current.connection)
    }
  }

  async createExperiment(experiment: NewExperiment): Promise<void> {
    await this.write(({ experiments, runs, analyses, connection }) => {
      connection.database.transaction(() => {
        const experimentKey = experiments.insert(experiment)
        for (const run of experiment.runs) runs.insert(experimentKey, run)
        for (const analysis of experiment.analyses) analyses.insert(experimentKey, analysis)
      })()
    })
  }

  async renameExperiment({ experimentId, name }: Argument<'renameExperiment'>): Promise<void> {
    await this.write(({ experiments }) => experiments.rename(experimentId, name))
  }

  async setExperimentDeleted({ experimentId, deleted }: Argument<'setExperimentDeleted'>): Promise<void> {
    await this.write(({ experiments }) => experiments.setDeleted(experimentId, deleted))
  }

  async resetRuns({ runIds }: { runIds: RunId[] }): Promise<void> {
    await this.write(({ runs, series, frames, snapshots, checkpoints, connection }, recorder) => {
      const runKeys = runIds.map((runId) => runs.progress(runId).runKey)
      connection.database.transaction(() => {
        for (const runKey of runKeys) {
          for (const table of [series, frames, snapshots, checkpoints]) table.deleteOfRun(runKey)
          runs.reset(runKey)
        }
      })()
      for (const runKey of runKeys) recorder.release(runKey)
    })
  }

  async rewindRun({ runId }: { runId: RunId }): Promise<Checkpoint | null> {
    return this.write(({ runs, series, frames, snapshots, checkpoints, connection }, recorder) => {
      const { runKey } = runs.progress(runId)
      const checkpoint = checkpoints.read(runKey)
      if (checkpoint === null) return null
      recorder.flush()
      connection.database.transaction(() => {
        rewindSeries(series, runKey, checkpoint.step)
        frames.deleteAfter(runKey, checkpoint.step)
        snapshots.deleteAfter(runKey, checkpoint.step)
        runs.rewind(runKey, checkpoint)
      })()
      recorder.release(runKey)
      return checkpoint
    })
  }

  async requeueInterrupted(_argument: Record<string, never>): Promise<void> {
    await this.write(({ runs, analyses }) => {
      runs.requeueInterrupted()
      analyses.requeueInterrupted()
    })
  }

  async readQueue(_argument: Record<string, never>): Promise<RunId[]> {
    return this.read(({ runs }) => runs.queue())
  }

  async orderQueue({ runIds }: Argument<'orderQueue'>): Promise<void> {
    await this.write(({ runs, connection }) => connection.database.transaction(() => runs.setQueuePositions(runIds))())
  }

  async setRunStatus({ runIds, status, endedAt }: Argument<'setRunStatus'>): Promise<void> {
    await this.updateRuns(runIds.map((runId) => ({ runId, status, endedAt })))
  }

  async updateRun(update: RunUpdate): Promise<void> {
    await this.updateRuns([update])
  }

  /** All or none. */
  private async updateRuns(updates: readonly RunUpdate[]): Promise<void> {
    await this.write((open, recorder) => {
      const { connection, runs } = open
      recorder.flush()
      connection.database.transaction(() => {
        for (const update of updates) runs.update(update)
      })()
      for (const { runId, status } of updates)
        if (status !== undefined && isEnded(status)) open.letGo(runs.progress(runId).runKey)
    })
  }

  async getRuns({ runIds }: Argument<'getRuns'>): Promise<RunSummary[]> {
    return this.read((open) => runIds.map((runId) => open.run(runId)))
  }

  async resetAnalyses({ analysisIds, keepsResults }: Argument<'resetAnalyses'>): Promise<void> {
    await this.write(({ analyses, connection }) => {
      connection.database.transaction(() => {
        for (const analysisId of analysisIds) analyses.reset(analysisId, keepsResults)
      })()
    })
  }

  async updateAnalysis(update: AnalysisUpdate): Promise<void> {
    await this.write(({ analyses }) => analyses.update(update))
  }

  async saveResult(result: StoredResult): Promise<void> {
    await this.write(({ analyses }) => analyses.save(result))
  }

  async readResult({ analysisId }: Argument<'readResult'>): Promise<Uint8Array | null> {
    return this.read(({ analyses }) => analyses.result(analysisId))
  }

  async findResult({ identity }: Argument<'findResult'>): Promise<KnownResult | null> {
    return this.read(({ analyses }) => analyses.known(identity))
  }

  async append(batch: RunBatch): Promise<void> {
    await this.write((_, recorder) => recorder.append(batch))
  }

  async saveSnapshot({ runId, ...snapshot }: Argument<'saveSnapshot'>): Promise<void> {
    await this.write(({ runs, snapshots }, recorder) => {
      const { runKey } = runs.progress(runId)
      // What came before it: no snapshot is ever ahead of its run.
      recorder.flush()
      snapshots.save(runKey, snapshot)
    })
  }

  async saveCheckpoint({ runId, ...checkpoint }: Argument<'saveCheckpoint'>): Promise<void> {
    await this.write(({ runs, checkpoints, connection }, recorder) => {
      const { runKey } = runs.progress(runId)
      // What came before it: a run is cut back to its checkpoint, never the other way round.
      recorder.flush()
      connection.database.transaction(() => {
        checkpoints.save(runKey, checkpoint)
        runs.forgetInterruptions(runKey)
      })()
    })
  }

  async saveStartFile({ sha256, file }: Argument<'saveStartFile'>): Promise<void> {
    await this.write(({ startFiles }) => startFiles.save(sha256, file))
  }

  async readStartFile({ sha256 }: Argument<'readStartFile'>): Promise<Uint8Array | null> {
    return this.read(({ startFiles }) => startFiles.read(sha256))
  }

  async deleteSnapshots({ runIds, keepLast }: Argument<'deleteSnapshots'>): Promise<void> {
    await this.write(({ runs, snapshots, connection: { database } }) => {
      const runKeys = runIds.map((runId) => runs.progress(runId).runKey)
      database.transaction(() => {
        for (const runKey of runKeys) {
          if (keepLast) snapshots.deleteEarlier(runKey)
          else snapshots.deleteOfRun(runKey)
        }
      })()
    })
    const open = this.current
    // Others get their turn between: this may take seconds.
    while (this.current !== null && this.current === open && giveBackPages(open.connection.database))
      await setImmediate()
  }

  async listExperiments({ limit }: { limit?: number }): Promise<ExperimentSummary[]> {
    return this.read(({ experiments, analyses }) => experiments.list(limit, analyses.counts()))
  }

  async getExperiment({ experimentId }: Argument<'getExperiment'>): Promise<ExperimentDetail> {
    return this.read((open) => {
      const { experimentKey, experiment } = open.experiments.get(experimentId)
      experiment.analysisCounts = open.analyses.countsOf(experimentKey)
      const summaries = open.series.summaries(experimentKey)
      const runs = open.runs.ofExperiment(experimentKey).map((run) => open.complete(run, summaries))
      const analyses = open.analyses.ofExperiment(experimentKey)
      return { experiment, runs, analyses, sourceRuns: open.sourceRuns(analyses, runs) }
    })
  }

  async listRuns(_argument: Record<string, never> = {}): Promise<RunRow[]> {
    return this.read((open) => {
      const summaries = open.series.summaries()
      return open.runs.list().map((run) => open.complete(run, summaries))
    })
  }

  async readSeries({ runIds, names, ...range }: Argument<'readSeries'>): Promise<SeriesOfRun[]> {
    return this.read(({ runs, reader }) =>
      runIds.flatMap((runId) => {
        const runKey = runs.visibleKey(runId)
        return names.flatMap((name) => {
          const points = reader.read(runKey, name)
          return points === null ? [] : [{ runId, name, data: seriesData(points, range) }]
        })
      }),
    )
  }

  async listFrames({ runId }: { runId: RunId }): Promise<FrameInfo[]> {
    return this.read(({ runs, frames, recorder }) => {
      const runKey = runs.visibleKey(runId)
      const waiting = (recorder?.waitingFrames(runKey) ?? []).map(({ step, epoch }) => ({ step, epoch }))
      return [...frames.list(runKey), ...waiting]
    })
  }

  async readFrames({ runIds, epoch }: Argument<'readFrames'>): Promise<StoredFrame[]> {
    return this.read((open) =>
      runIds.flatMap((runId) => {
        const frame = open.findFrame(open.runs.visibleKey(runId), epoch)
        if (frame === undefined) return []
        return [{ runId, step: frame.step, epoch: frame.epoch, values: decodeFloat32(frame.data) }]
      }),
    )
  }

  async listSnapshots({ runId }: { runId: RunId }): Promise<SnapshotInfo[]> {
    return this.read(({ runs, snapshots }) => snapshots.list(runs.visibleKey(runId)))
  }

  async readSnapshot({ runId, step }: Argument<'readSnapshot'>): Promise<Snapshot | null> {
    return this.read(({ runs, snapshots }) => snapshots.read(runs.visibleKey(runId), step))
  }

  async statistics(_argument: Record<string, never> = {}): Promise<{ runCount: number; storedBytes: number }> {
    return this.read(({ runs, connection: { database, file } }) => {
      const pages = database.pragma('page_count', { simple: true }) as number
      const pageBytes = database.pragma('page_size', { simple: true }) as number
      const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
      return { runCount: runs.count(), storedBytes: database.memory ? 0 : pages * pageBytes + logBytes }
    })
  }

  /** All queries of one read see the same state, whatever another process writes meanwhile. */
  private read<T>(work: (open: OpenStore) => T): T {
    const open = this.opened()
    return named(open.connection.file, () => open.connection.database.transaction(() => work(open))())
  }

  private async write<T>(work: (open: OpenStore, recorder: Recorder) => T): Promise<T> {
    const open = this.opened()
    const { recorder, connection } = open
    if (recorder === null) throw new Error('The store was opened for reading only')
    return named(connection.file, () => work(open, recorder))
  }

  private opened(): OpenStore {
    if (this.current === null) throw new LabError('lab/closed', 'The store is closed')
    return this.current
  }
}

function release({ database, lock }: OpenDatabase): void {
  database.close()
  lock?.release()
}
