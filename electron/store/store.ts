/**
 * The store: one SQLite file with everything ever run. This class opens it, closes it and writes; what it answers is in store-reads.ts, and
 * each table, the recorder and the series reader have their own file. It knows nothing of processes: entry.ts serves it.
 */
import { setImmediate } from 'node:timers/promises'
import { isLabError, LabError, toPlainError, type PlainError } from '../../shared/api/errors'
import { isEnded } from '../../shared/api/records'
import type { RunId } from '../../shared/api/ids'
import type { AnalysisUpdate, CheckReport, StoredResult } from '../../shared/api/store-api'
import type { Checkpoint, NewExperiment, RunBatch, RunUpdate, Snapshot, StoreApi } from '../../shared/api/store-api'
import { checkFile, closeDatabase, databaseFile, giveBackPages, named, unlessReadsFail } from './database'
import { openForReading, openForWriting, type OpenDatabase } from './database'
import { OpenStore, type StoreOptions } from './open-store'
import { moveLog, purgeStep } from './purge-step'
import { StoreReads, type Argument } from './store-reads'
import type { Recorder } from './recorder'
import { Reserve } from './reserve'
import { rewindSeries } from './rewind'
import { checkRoom } from './room'
import { writing } from './unwritable'

/** A batch comes once; a disk that fails at one read may not fail at the next. */
const appendTries = 5

export class Store extends StoreReads implements StoreApi {
  /** It is open for reading only because nothing can be written there yet. */
  private wanted: Argument<'open'> | null = null
  /** When a person last deleted something that is still there to be brought back, on the clock of performance.now. */
  private deletedAt: number | null = null

  constructor(private readonly options: StoreOptions = {}) {
    super()
  }

  async open(argument: Argument<'open'>): Promise<PlainError | null> {
    if (this.current !== null) throw new Error('The store is already open')
    const { home, mode, orRead } = argument
    if (mode === 'read') this.current = this.openReader(home)
    else {
      try {
        this.current = this.openWriter(argument)
      } catch (error) {
        if (!orRead || !(isLabError(error, 'store/unwritable') || isLabError(error, 'store/damaged'))) throw error
        this.current = this.openReader(home)
        // What is damaged stays so.
        if (error.code === 'store/unwritable') this.wanted = argument
        return toPlainError(error)
      }
    }
    return null
  }

  private openReader(home: string): OpenStore {
    const connection = openForReading(home)
    return this.openOn(connection, 'read', () => undefined)
  }

  private openWriter({ home, holder }: Argument<'open'>): OpenStore {
    const connection = openForWriting(home, undefined, holder)
    const open = this.openOn(connection, 'write', ({ experiments, runs, analyses, startFiles }) => {
      experiments.purge()
      startFiles.purge()
      runs.markInterrupted()
      analyses.markInterrupted()
    })
    new Reserve(connection.file).keep()
    return open
  }

  /** @param begin what is done first; when it fails the connection is closed again */
  private openOn(connection: OpenDatabase, mode: 'write' | 'read', begin: (open: OpenStore) => void): OpenStore {
    let open: OpenStore | undefined
    try {
      open = named(connection.file, () => new OpenStore(connection, mode, this.options))
      const opened = open
      opened.watched(() => writing(connection.file, () => begin(opened)))
      opened.seal?.renew()
      return opened
    } catch (error) {
      if (open === undefined) closeDatabase(connection)
      else open.release()
      throw error
    }
  }

  async close(_argument: Record<string, never> = {}): Promise<void> {
    const { current } = this
    if (current === null) return
    const finish = () =>
      this.write(({ experiments, startFiles, damage }, recorder) => {
        recorder.flush()
        if (damage !== null) return
        experiments.purge()
        startFiles.purge()
      })
    try {
      if (current.recorder !== null && !current.guard?.hasStopped)
        await this.orAfterPurge(finish, this.deletedAt !== null && current.damage === null)
    } finally {
      this.current = null
      current.recorder?.close()
      current.release()
    }
  }

  async announce({ address }: Argument<'announce'>): Promise<void> {
    this.current?.connection.lock?.tell({ address })
  }

  async check({ home }: Argument<'check'>): Promise<CheckReport> {
    const file = databaseFile(home)
    return named(file, () => checkFile(file))
  }

  async createExperiment(experiment: NewExperiment): Promise<void> {
    await this.change(({ experiments, runs, analyses, connection }) => {
      connection.database.transaction(() => {
        const experimentKey = experiments.insert(experiment)
        for (const run of experiment.runs) runs.insert(experimentKey, run)
        for (const analysis of experiment.analyses) analyses.insert(experimentKey, analysis)
      })()
    })
  }

  async renameExperiment({ experimentId, name }: Argument<'renameExperiment'>): Promise<void> {
    await this.change(({ experiments }) => experiments.rename(experimentId, name))
  }

  async setExperimentDeleted({ experimentId, deleted }: Argument<'setExperimentDeleted'>): Promise<void> {
    await this.withReserve(() => this.change(({ experiments }) => experiments.setDeleted(experimentId, deleted)))
    if (!deleted) return
    this.deletedAt = performance.now()
    // Where the disk is full, that is what it was deleted for.
    setTimeout(() => void this.flush().catch(() => undefined), this.undoMs).unref()
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

  async requeueRuns({ runIds }: { runIds: RunId[] }): Promise<void> {
    await this.write(({ runs, connection }) =>
      connection.database.transaction(() => {
        for (const runId of runIds) runs.requeue(runs.progress(runId).runKey)
      })(),
    )
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
        if (status !== undefined && isEnded(status)) open.letGo(runs.progress(runId).runKey, status === 'interrupted')
    })
  }

  async resetAnalyses({ analysisIds, keepsResults }: Argument<'resetAnalyses'>): Promise<void> {
    await this.write(({ analyses, connection }) => {
      connection.database.transaction(() => {
        for (const analysisId of analysisIds) analyses.reset(analysisId, keepsResults)
      })()
    })
  }

  async updateAnalysis(update: AnalysisUpdate): Promise<void> {
    await this.write(({ analyses, logMover }) => {
      analyses.update(update)
      if (update.endedAt !== undefined) logMover?.soon()
    })
  }

  async saveResult(result: StoredResult): Promise<void> {
    await this.writeLarge('Results of this analysis', result.result.byteLength, ({ analyses }) => analyses.save(result))
  }

  async append(batch: RunBatch): Promise<void> {
    await this.write(({ connection }, recorder) => {
      // What cannot be read is no reason to wait: this batch was not taken.
      const { file } = connection
      named(file, () => unlessReadsFail(file, () => recorder.append(batch), appendTries))
      recorder.flushWhenDue()
    })
  }

  async flush(_argument: Record<string, never> = {}): Promise<void> {
    const isForGood = this.deletedAt !== null && performance.now() - this.deletedAt >= this.undoMs
    await this.orAfterPurge(() => this.flushAll(), isForGood)
  }

  private async flushAll(): Promise<void> {
    this.openWanted()
    await this.write(({ connection: { database } }, recorder) => {
      recorder.flush()
      // Where nothing waits, a page is written all the same: that is what this call is about.
      database.pragma(`user_version = ${database.pragma('user_version', { simple: true }) as number}`)
    })
  }

  /** For writing, where it is open for reading only because that could not be. */
  private openWanted(): void {
    if (this.wanted === null) return
    const reader = this.opened()
    try {
      this.current = this.openWriter(this.wanted)
    } catch (error) {
      if (!isLabError(error, 'store/damaged')) throw error
      reader.connection.damage = error
      this.wanted = null
      throw error
    }
    this.wanted = null
    closeDatabase(reader.connection)
  }

  async saveSnapshot({ runId, ...snapshot }: Argument<'saveSnapshot'>): Promise<void> {
    await this.writeLarge('Weights of this run', bytesOf(snapshot), ({ runs, snapshots }, recorder) => {
      const { runKey } = runs.progress(runId)
      // What came before it: no snapshot is ever ahead of its run.
      recorder.flush()
      snapshots.save(runKey, snapshot)
    })
  }

  async saveCheckpoint({ runId, ...checkpoint }: Argument<'saveCheckpoint'>): Promise<void> {
    const bytes = checkpoint.state.byteLength
    await this.writeLarge('Checkpoints of this run', bytes, ({ runs, checkpoints, connection }, recorder) => {
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
    await this.change(({ startFiles }) => startFiles.save(sha256, file))
  }

  async deleteSnapshots({ runIds, keepLast }: Argument<'deleteSnapshots'>): Promise<void> {
    const runKeys = this.read(({ runs }) => runIds.map((runId) => runs.progress(runId).runKey))
    const open = this.current
    for (const runKey of runKeys)
      await this.withReserve(() =>
        this.change(({ snapshots }) => (keepLast ? snapshots.deleteEarlier(runKey) : snapshots.deleteOfRun(runKey))),
      )
    const giveBack = () => this.withReserve(() => this.write(({ connection }) => giveBackPages(connection.database)))
    // Others get their turn between: this may take seconds.
    while (this.current !== null && this.current === open && (await giveBack())) await setImmediate()
    // The log has the size of the largest step.
    if (this.current === open) await this.write(({ connection }) => moveLog(connection.database))
  }

  private get undoMs(): number {
    return this.options.undoMs ?? 10_000
  }

  /** Does work of deleting, where the disk is full with what is kept aside for that. */
  private async withReserve<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const reserve = new Reserve(this.opened().connection.file)
      if (!isLabError(error, 'store/unwritable') || !reserve.release()) throw error
      try {
        this.openWanted()
        const result = await work()
        await this.write(({ connection }) => moveLog(connection.database))
        return result
      } finally {
        reserve.takeBack()
      }
    }
  }

  /** @param mayPurge where nothing can be written, what was deleted goes for good, and it is tried once more */
  private async orAfterPurge(work: () => Promise<void>, mayPurge: boolean): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!isLabError(error, 'store/unwritable') || !mayPurge) throw error
      while (await this.withReserve(() => this.write(purgeStep)));
      this.deletedAt = null
      await work()
    }
  }

  /** What a person asks for, which can as well be refused. @throws LabError `store/damaged` once anything was found to be */
  private async change(work: (open: OpenStore) => void): Promise<void> {
    await this.write((open) => {
      open.checkWhole()
      work(open)
    })
  }

  /** @throws LabError `store/too-large` where it never can be */
  private async writeLarge(what: string, bytes: number, work: (open: OpenStore, recorder: Recorder) => void) {
    await this.write((open, recorder) => {
      checkRoom(open.connection.file, what, bytes)
      work(open, recorder)
    })
  }

  private async write<T>(work: (open: OpenStore, recorder: Recorder) => T): Promise<T> {
    const open = this.opened()
    const { recorder } = open
    if (recorder === null && this.wanted !== null)
      throw new LabError('store/unwritable', `${open.connection.file} could not be opened for writing.`)
    if (recorder === null) throw open.damage ?? new Error('The store was opened for reading only')
    return open.watched(() => {
      open.guard?.check()
      const { file } = open.connection
      const result = writing(file, () => unlessReadsFail(file, () => work(open, recorder)))
      open.seal?.renew()
      return result
    })
  }
}

const bytesOf = ({ parameters, buffers }: Pick<Snapshot, 'parameters' | 'buffers'>) =>
  parameters.byteLength + (buffers?.byteLength ?? 0)
