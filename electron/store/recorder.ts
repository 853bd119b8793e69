/**
 * What runs are recording and the database does not have yet. Batches are checked and kept in memory; every few hundred milliseconds all
 * of them go to disk in one transaction. Reads lay what waits here over what is stored.
 */
import type { Database } from 'better-sqlite3'
import type { SeriesName } from '../../shared/experiments/run-spec'
import type { FrameInfo, RunSummary } from '../../shared/api/records'
import type { RunBatch, SeriesBatch } from '../../shared/api/store-api'
import { checkBatch, type SeriesEnd } from './batch-check'
import { encodeFloats } from './codec'
import type { FrameTable, PackedFrame } from './frames'
import { Points } from './points'
import type { RunProgressRow, RunTable } from './runs'
import { chunkPoints, type SeriesRow, type SeriesTable } from './series'
import { extremesAfter, extremesOf, noExtremes, storedExtremes, summaryOf, type Extremes } from './summary'

/** The end of a series that is being recorded. */
export interface SeriesTail extends SeriesEnd {
  /** null until it was first written. */
  seriesKey: number | null
  /** Index of the first point in `points`, at the start of a chunk: everything before is in full chunks on disk. */
  start: number
  points: Points
  extremes: Extremes
  /** Has points that were not written. */
  isDirty: boolean
}

interface RecordedRun {
  row: RunProgressRow
  series: Map<SeriesName, SeriesTail>
  /** Not yet written. */
  frames: PackedFrame[]
  lastFrame: FrameInfo | null
  isDirty: boolean
}

interface Tables {
  runs: RunTable
  series: SeriesTable
  frames: FrameTable
}

export class Recorder {
  /** By run key. */
  private readonly recorded = new Map<number, RecordedRun>()
  private timer: NodeJS.Timeout | null = null
  /** When the oldest waiting batch came, on the clock of performance.now. */
  private waitingSince: number | null = null

  constructor(
    private readonly database: Database,
    private readonly tables: Tables,
    private readonly flushIntervalMs: number,
    /** Throws where nothing may be written any more. */
    private readonly checkMayWrite: () => void = () => undefined,
  ) {}

  /** Checks a batch and keeps it in memory, whatever the disk takes. */
  append(batch: RunBatch): void {
    const progress = this.tables.runs.progress(batch.runId)
    const run = this.recorded.get(progress.runKey) ?? this.resume(progress)
    const ends = checkBatch(batch, { ...run.row, series: run.series, lastFrame: run.lastFrame })
    for (const series of batch.series) if (series.values.length > 0) appendSeries(run.series, series)
    for (const [name, end] of ends) Object.assign(run.series.get(name) as SeriesTail, end)
    for (const { step, epoch, values } of batch.frames) run.frames.push({ step, epoch, data: encodeFloats(values) })
    run.lastFrame = batch.frames.at(-1) ?? run.lastFrame
    const { steps, epochs, durationMs } = batch
    run.row = { runKey: progress.runKey, steps, epochs, durationMs, recordedAt: Date.now() }
    run.isDirty = true
    this.recorded.set(progress.runKey, run)
    this.waitingSince ??= performance.now()
    this.schedule()
  }

  /** The timer cannot fire while batches come without a pause, and its failures surface here. */
  flushWhenDue(): void {
    if (this.waitingSince !== null && performance.now() - this.waitingSince > this.flushIntervalMs) this.flush()
  }

  /** Writes all that waits in one transaction. If that fails it goes on waiting. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    if (this.waitingSince === null) return
    this.checkMayWrite()
    const settle: (() => void)[] = []
    try {
      this.database.transaction(() => {
        for (const run of this.recorded.values()) if (run.isDirty) this.write(run, settle)
      })()
    } catch (error) {
      this.schedule()
      throw error
    }
    for (const settleOne of settle) settleOne()
    this.waitingSince = null
  }

  /** Nothing is written any more. */
  close(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.recorded.clear()
    this.waitingSince = null
  }

  /** Forgets a run; what waits of it is lost unless it was flushed. */
  release(runKey: number): void {
    this.recorded.delete(runKey)
  }

  tailOf(runKey: number, name: SeriesName): SeriesTail | undefined {
    return this.recorded.get(runKey)?.series.get(name)
  }

  waitingFrames(runKey: number): readonly PackedFrame[] {
    return this.recorded.get(runKey)?.frames ?? []
  }

  /** Brings what the database says of a run up to date. */
  overlay(runKey: number, run: RunSummary): void {
    const recorded = this.recorded.get(runKey)
    if (recorded === undefined || !recorded.isDirty) return
    const { steps, epochs, durationMs } = recorded.row
    Object.assign(run, { steps, epochs, durationMs })
    for (const [name, tail] of recorded.series) run.series[name] = summaryOf(name, tail.extremes)
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      try {
        this.flush()
      } catch {
        // Everything still waits, and the timer runs again; the next append, update or close hands the error to who called.
      }
    }, this.flushIntervalMs)
  }

  private resume(row: RunProgressRow): RecordedRun {
    const series = new Map<SeriesName, SeriesTail>()
    for (const stored of this.tables.series.ofRun(row.runKey)) series.set(stored.name, this.resumeSeries(stored))
    const lastFrame = this.tables.frames.find(row.runKey) ?? null
    return { row, series, frames: [], lastFrame, isDirty: false }
  }

  private resumeSeries(stored: SeriesRow): SeriesTail {
    const { seriesKey, count } = stored
    const regular = stored.regular === 1
    const points = new Points(regular)
    this.tables.series.readTail(points, seriesKey, count)
    const start = count - points.count
    const lastStep = points.stepAt(points.count - 1)
    return { regular, lastStep, seriesKey, start, points, extremes: extremesOf(stored), isDirty: false }
  }

  private write(run: RecordedRun, settle: (() => void)[]): void {
    const { runKey } = run.row
    this.tables.runs.saveProgress(run.row)
    for (const [name, tail] of run.series) if (tail.isDirty) this.writeSeries(runKey, name, tail, settle)
    for (const frame of run.frames) this.tables.frames.insert(runKey, frame)
    settle.push(() => {
      run.frames = []
      run.isDirty = false
    })
  }

  private writeSeries(runKey: number, name: SeriesName, tail: SeriesTail, settle: (() => void)[]): void {
    const { points, start } = tail
    const row = { runKey, name, regular: tail.regular ? 1 : 0, ...storedExtremes(tail.extremes) } as const
    const seriesKey = this.tables.series.save(row, tail.seriesKey)
    for (let from = 0; from < points.count; from += chunkPoints) {
      const stretch = points.stretch(from, Math.min(from + chunkPoints, points.count))
      this.tables.series.writeChunk(seriesKey, (start + from) / chunkPoints, stretch)
    }
    settle.push(() => {
      const full = points.count - (points.count % chunkPoints)
      points.dropFirst(full)
      Object.assign(tail, { seriesKey, start: start + full, isDirty: false })
    })
  }
}

function appendSeries(ofRun: Map<SeriesName, SeriesTail>, batch: SeriesBatch): void {
  const { name, values, steps = null } = batch
  const firstStep = batch.firstStep ?? steps?.[0] ?? 0
  let tail = ofRun.get(name)
  if (tail === undefined) {
    const regular = steps === null
    const points = new Points(regular)
    tail = { regular, lastStep: NaN, seriesKey: null, start: 0, points, extremes: noExtremes, isDirty: true }
    ofRun.set(name, tail)
  }
  const stretch = { firstStep, steps, values }
  tail.points.append(stretch)
  tail.extremes = extremesAfter(tail.extremes, stretch)
  tail.isDirty = true
}
