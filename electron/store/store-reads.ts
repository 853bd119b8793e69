/** What the store answers without changing anything. */
import { statSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { AnswerSize, recordBytes } from '../../shared/api/answer-size'
import { LabError } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { ResultPart, SeriesOfRun } from '../../shared/api/lab-api'
import type {
  AnalysisSummary,
  ExperimentDetail,
  ExperimentSummary,
  FrameInfo,
  RunRow,
  RunSummary,
} from '../../shared/api/records'
import type { SnapshotInfo } from '../../shared/api/records'
import type { KnownResult, PastCosts, Snapshot, StoreApi, StoredFrame } from '../../shared/api/store-api'
import { decodeFloat32 } from './codec'
import { seriesBytes, seriesData } from './envelope'
import type { OpenStore } from './open-store'
import { readPastCosts } from './past-costs'

export type Argument<Method extends keyof StoreApi> = Parameters<StoreApi[Method]>[0]

export class StoreReads {
  protected current: OpenStore | null = null

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

  async listRuns({ after, limit }: Argument<'listRuns'> = {}): Promise<RunRow[]> {
    const size = new AnswerSize('fewer runs at a time')
    return this.read((open) => {
      const found = open.runs.list(after, limit, (specLength) => size.add(recordBytes(specLength)))
      return found.map((run) => {
        const row = open.complete(run, open.series.summariesOfRun(run.runKey))
        size.add(recordBytes(0, Object.keys(row.series).length) - recordBytes(0))
        return row
      })
    })
  }

  async readSeries({ runIds, names, ...range }: Argument<'readSeries'>): Promise<SeriesOfRun[]> {
    const size = new AnswerSize('fewer runs or series, for a range of steps, or for buckets')
    return this.read(({ runs, reader }) =>
      runIds.flatMap((runId) => {
        const runKey = runs.visibleKey(runId)
        return names.flatMap((name) => {
          const points = reader.read(runKey, name)
          if (points === null) return []
          size.add(seriesBytes(points, range))
          return [{ runId, name, data: seriesData(points, range) }]
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
    const size = new AnswerSize('fewer runs')
    return this.read((open) =>
      runIds.flatMap((runId) => {
        const frame = open.findFrame(open.runs.visibleKey(runId), epoch)
        if (frame === undefined) return []
        size.add(frame.data.length)
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

  async readDamage(_argument: Record<string, never> = {}): Promise<string | null> {
    return this.opened().damage?.message ?? null
  }

  async statistics(_argument: Record<string, never> = {}): Promise<{ runCount: number; storedBytes: number }> {
    return this.read(({ runs, connection: { database, file } }) => {
      const pages = database.pragma('page_count', { simple: true }) as number
      const pageBytes = database.pragma('page_size', { simple: true }) as number
      const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
      // What is read from a copy in memory lies on the disk all the same; what was never written does not.
      const fileBytes = database.memory ? (statSync(file, { throwIfNoEntry: false })?.size ?? 0) : pages * pageBytes
      return { runCount: runs.count(), storedBytes: fileBytes + logBytes }
    })
  }

  async listAnalysesAsking({ runId }: Argument<'listAnalysesAsking'>): Promise<AnalysisSummary[]> {
    return this.read(({ analyses }) => analyses.asking(runId))
  }

  async readPastCosts(_argument: Record<string, never> = {}): Promise<PastCosts> {
    return this.read(({ connection }) => readPastCosts(connection.database))
  }

  async readQueue(_argument: Record<string, never>): Promise<RunId[]> {
    return this.read(({ runs }) => runs.queue())
  }

  async getRuns({ runIds }: Argument<'getRuns'>): Promise<RunSummary[]> {
    return this.read((open) => runIds.map((runId) => open.run(runId)))
  }

  async readResult({ analysisId }: Argument<'readResult'>): Promise<Uint8Array | null> {
    return this.read(({ analyses }) => analyses.result(analysisId))
  }

  async readResultPart({ analysisId, from, to }: Argument<'readResultPart'>): Promise<ResultPart | null> {
    return this.read(({ analyses }) => {
      const result = analyses.result(analysisId)
      if (result === null) return null
      // A copy, so that the rest does not travel with it.
      const bytes = Uint8Array.prototype.slice.call(result, from, to)
      return { bytes, size: result.length, version: `${result.length} ${crc32(result)}` }
    })
  }

  async findResult({ identity }: Argument<'findResult'>): Promise<KnownResult | null> {
    return this.read(({ analyses }) => analyses.known(identity))
  }

  async readStartFile({ sha256 }: Argument<'readStartFile'>): Promise<Uint8Array | null> {
    return this.read(({ startFiles }) => startFiles.read(sha256))
  }

  /** All queries of one read see the same state, whatever another process writes meanwhile. */
  protected read<T>(work: (open: OpenStore) => T): T {
    const open = this.opened()
    return open.watched(() => open.connection.database.transaction(() => work(open))())
  }

  protected opened(): OpenStore {
    if (this.current === null) throw new LabError('lab/closed', 'The store is closed')
    return this.current
  }
}
