/**
 * Reads series: what is stored, decoded once and kept while there is room, continued by what is being recorded. A read decodes only
 * the chunks that came since the last one.
 */
import type { SeriesName } from '../../shared/experiments/run-spec'
import { LruCache } from './cache'
import { Points } from './points'
import type { Recorder } from './recorder'
import type { SeriesTable } from './series'

export class SeriesReader {
  private readonly cache: LruCache<number, Points>

  /** @param recorder null beside another process that writes: then the database says it all. */
  constructor(
    private readonly table: SeriesTable,
    private readonly recorder: Recorder | null,
    cacheBytes: number,
  ) {
    this.cache = new LruCache(cacheBytes)
  }

  /** All points of a series, to be read before anything else happens; null when the run has no such series. */
  read(runKey: number, name: SeriesName): Points | null {
    const tail = this.recorder?.tailOf(runKey, name)
    if (tail?.start === 0) return tail.points
    const row = this.table.find(runKey, name)
    if (row === undefined) return null
    const stored = tail?.start ?? row.count
    const points = this.cache.get(row.seriesKey) ?? new Points(row.regular === 1)
    if (points.count < stored) this.table.readInto(points, row.seriesKey, stored)
    if (tail !== undefined) points.append(tail.points.stretch(points.count - tail.start, tail.points.count))
    this.cache.set(row.seriesKey, points, points.byteLength)
    return points
  }
}
