/** The series and chunks tables: summaries for lists, and the points of a series in compressed chunks of `chunkPoints`. */
import type { Database } from 'better-sqlite3'
import type { SeriesName } from '../../shared/experiments/run-spec'
import { LabError } from '../../shared/api/errors'
import type { RunSummary } from '../../shared/api/records'
import { checksumOf, compareChecksum, type Checksum } from './checksum'
import { decodeFloats, encodeFloats, encodeSteps } from './codec'
import type { Points, Stretch } from './points'
import { extremesOf, summaryOf, type StoredExtremes } from './summary'

/** All chunks of a series but the last have exactly so many points. */
export const chunkPoints = 16_384

/** Of one series; NaN is null. */
export interface SeriesRow extends StoredExtremes {
  seriesKey: number
  runKey: number
  name: SeriesName
  regular: 0 | 1
}

export interface ChunkRow {
  seriesKey: number
  chunk: number
  firstStep: number
  steps: Uint8Array | null
  data: Uint8Array
  checksum: Checksum
}

const columns = 'seriesKey, runKey, name, regular, count, last, lastStep, min, minStep, max, maxStep'
export const findSeriesQuery = `SELECT ${columns} FROM series WHERE runKey = ? AND name = ?`
export const readChunksQuery =
  'SELECT seriesKey, chunk, firstStep, steps, data, checksum FROM chunks WHERE seriesKey = ? AND chunk >= ? AND chunk < ? ORDER BY chunk'
export const summariesOfExperimentQuery = `SELECT ${columns} FROM runs JOIN series USING (runKey) WHERE experimentKey = ?`

type Summaries = Map<number, RunSummary['series']>

export class SeriesTable {
  private readonly insertStatement
  private readonly updateStatement
  private readonly findStatement
  private readonly ofRunStatement
  private readonly summariesStatement
  private readonly summariesOfExperimentStatement
  private readonly writeChunkStatement
  private readonly readChunksStatement
  private readonly deleteStatement
  private readonly deleteOfRunStatement

  constructor(database: Database) {
    this.insertStatement = database.prepare<[Omit<SeriesRow, 'seriesKey'>]>(
      `INSERT INTO series (runKey, name, regular, count, last, lastStep, min, minStep, max, maxStep)
       VALUES (:runKey, :name, :regular, :count, :last, :lastStep, :min, :minStep, :max, :maxStep)`,
    )
    this.updateStatement = database.prepare<[SeriesRow]>(
      `UPDATE series SET count = :count, last = :last, lastStep = :lastStep, min = :min, minStep = :minStep, max = :max,
         maxStep = :maxStep WHERE seriesKey = :seriesKey`,
    )
    this.findStatement = database.prepare<[number, SeriesName], SeriesRow>(findSeriesQuery)
    this.ofRunStatement = database.prepare<[number], SeriesRow>(`SELECT ${columns} FROM series WHERE runKey = ?`)
    this.summariesStatement = database.prepare<[], SeriesRow>(`SELECT ${columns} FROM series`)
    this.summariesOfExperimentStatement = database.prepare<[number], SeriesRow>(summariesOfExperimentQuery)
    this.writeChunkStatement = database.prepare<[ChunkRow]>(
      `INSERT INTO chunks (seriesKey, chunk, firstStep, steps, data, checksum)
       VALUES (:seriesKey, :chunk, :firstStep, :steps, :data, :checksum)
       ON CONFLICT (seriesKey, chunk)
       DO UPDATE SET steps = excluded.steps, data = excluded.data, checksum = excluded.checksum`,
    )
    this.readChunksStatement = database.prepare<[number, number, number], ChunkRow>(readChunksQuery)
    this.deleteStatement = database.prepare<[number]>('DELETE FROM series WHERE seriesKey = ?')
    this.deleteOfRunStatement = database.prepare<[number]>('DELETE FROM series WHERE runKey = ?')
  }

  /** Inserts a series that has no key yet. @returns the key. */
  save(row: Omit<SeriesRow, 'seriesKey'>, seriesKey: number | null): number {
    if (seriesKey === null) return Number(this.insertStatement.run(row).lastInsertRowid)
    this.updateStatement.run({ ...row, seriesKey })
    return seriesKey
  }

  find(runKey: number, name: SeriesName): SeriesRow | undefined {
    return this.findStatement.get(runKey, name)
  }

  ofRun(runKey: number): SeriesRow[] {
    return this.ofRunStatement.all(runKey)
  }

  /** By run key, of all runs or of one experiment's. */
  summaries(experimentKey?: number): Summaries {
    const rows =
      experimentKey === undefined
        ? this.summariesStatement.all()
        : this.summariesOfExperimentStatement.all(experimentKey)
    return summarized(rows)
  }

  /** The same of one run. */
  summariesOfRun(runKey: number): Summaries {
    return summarized(this.ofRun(runKey))
  }

  /** Writes or overwrites one chunk. */
  writeChunk(seriesKey: number, chunk: number, stretch: Stretch): void {
    const steps = stretch.steps === null ? null : encodeSteps(stretch.steps)
    const data = encodeFloats(stretch.values)
    const { firstStep } = stretch
    const checksum = checksumOf([seriesKey, chunk, firstStep], steps, data)
    this.writeChunkStatement.run({ seriesKey, chunk, firstStep, steps, data, checksum })
  }

  /** Appends stored points to what `points` already has from the beginning of the series, up to `count` in all. */
  readInto(points: Points, seriesKey: number, count: number): void {
    if (points.count === 0) points.reserve(count)
    const firstChunk = Math.floor(points.count / chunkPoints)
    for (const row of this.readChunksStatement.iterate(seriesKey, firstChunk, Math.ceil(count / chunkPoints))) {
      const known = points.count - row.chunk * chunkPoints
      if (known < 0) break
      points.append(stretchOf(row, known, Math.min(count - row.chunk * chunkPoints, chunkPoints)))
    }
    if (points.count !== count) throw new LabError('store/damaged', 'Points of a series are missing')
  }

  /** The last chunk of a series with `count` points. */
  readTail(points: Points, seriesKey: number, count: number): void {
    const chunk = Math.floor((count - 1) / chunkPoints)
    const row = this.readChunksStatement.get(seriesKey, chunk, chunk + 1)
    if (row === undefined) throw new LabError('store/damaged', 'Points of a series are missing')
    points.append(stretchOf(row, 0, count - chunk * chunkPoints))
  }

  /** With its points. */
  delete(seriesKey: number): void {
    this.deleteStatement.run(seriesKey)
  }

  deleteOfRun(runKey: number): void {
    this.deleteOfRunStatement.run(runKey)
  }
}

/** Points of a series. @throws LabError `store/damaged` for a chunk that is not what was stored */
export function checkChunk({ seriesKey, chunk, firstStep, steps, data, checksum }: ChunkRow): void {
  compareChecksum(checksum, 'Points of a series', [seriesKey, chunk, firstStep], steps, data)
}

function stretchOf(row: ChunkRow, from: number, to: number): Stretch {
  checkChunk(row)
  const values = decodeFloats(row.data).subarray(from, to)
  const steps = row.steps === null ? null : new Float64Array(decodeFloats(row.steps)).subarray(from, to)
  return { firstStep: row.firstStep + from, steps, values }
}

function summarized(rows: readonly SeriesRow[]): Summaries {
  const summaries: Summaries = new Map()
  for (const row of rows) {
    let ofRun = summaries.get(row.runKey)
    if (ofRun === undefined) summaries.set(row.runKey, (ofRun = {}))
    ofRun[row.name] = summaryOf(row.name, extremesOf(row))
  }
  return summaries
}
