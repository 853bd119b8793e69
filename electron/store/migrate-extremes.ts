/**
 * The step that gives each series its lowest and highest value with their steps, computed once from the points of older runs. It has
 * its own queries: what series are stored as today may change after it.
 */
import type { Database } from 'better-sqlite3'
import type { SeriesName } from '../../shared/experiments/run-spec'
import { isLabError } from '../../shared/api/errors'
import { decodeFloats } from './codec'
import { extremesAfter, noExtremes, storedExtremes, type Extremes } from './summary'

interface OldSeries {
  seriesKey: number
  name: SeriesName
  count: number
  last: number | null
  best: number | null
}

interface OldChunk {
  firstStep: number
  steps: Uint8Array | null
  data: Uint8Array
}

/** `best` goes: it follows from the others, and of what is only observed it was the last value. */
export function addExtremes(database: Database): void {
  database.exec(`
    ALTER TABLE series ADD COLUMN lastStep REAL;
    ALTER TABLE series ADD COLUMN min REAL;
    ALTER TABLE series ADD COLUMN minStep REAL;
    ALTER TABLE series ADD COLUMN max REAL;
    ALTER TABLE series ADD COLUMN maxStep REAL;
  `)
  const chunks = database.prepare<[number], OldChunk>(
    'SELECT firstStep, steps, data FROM chunks WHERE seriesKey = ? ORDER BY chunk',
  )
  const save = database.prepare(
    `UPDATE series SET lastStep = :lastStep, min = :min, minStep = :minStep, max = :max, maxStep = :maxStep
     WHERE seriesKey = :seriesKey`,
  )
  const all = database.prepare<[], OldSeries>('SELECT seriesKey, name, count, last, best FROM series').all()
  for (const series of all) {
    const extremes = recomputed(chunks.iterate(series.seriesKey), series.count) ?? knownOf(series)
    const { lastStep, min, minStep, max, maxStep } = storedExtremes(extremes)
    save.run({ seriesKey: series.seriesKey, lastStep, min, minStep, max, maxStep })
  }
  database.exec('ALTER TABLE series DROP COLUMN best')
}

/** null of points that cannot be read: they are named when somebody asks for them, and the rest of the database opens. */
function recomputed(chunks: Iterable<OldChunk>, count: number): Extremes | null {
  let extremes: Extremes = noExtremes
  try {
    for (const { firstStep, steps, data } of chunks) {
      const stretch = { firstStep, steps: steps && new Float64Array(decodeFloats(steps)), values: decodeFloats(data) }
      if (stretch.values.length > 0) extremes = extremesAfter(extremes, stretch)
    }
  } catch (error) {
    if (isLabError(error, 'store/damaged')) return null
    throw error
  }
  return extremes.count === count ? extremes : null
}

/** What was known of such a series without its points: its best value, at a step that nobody kept. */
function knownOf({ name, count, last, best }: OldSeries): Extremes {
  const known = { ...noExtremes, count, last: last ?? NaN }
  if (/Loss$/.test(name)) return { ...known, min: best ?? NaN }
  if (/Accuracy$/.test(name)) return { ...known, max: best ?? NaN }
  return known
}
