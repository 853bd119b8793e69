/** Cuts series, so that a run goes on from an earlier step. */
import { Points } from './points'
import { chunkPoints, type SeriesRow, type SeriesTable } from './series'
import { extremesAfter, noExtremes, storedExtremes } from './summary'

/** Forgets all points of a run after a step; everything it recorded is in the tables. */
export function rewindSeries(table: SeriesTable, runKey: number, step: number): void {
  for (const row of table.ofRun(runKey)) cut(table, row, step)
}

/** What is left gets a key of its own: whoever holds points of the old one reads all of them anew. */
function cut(table: SeriesTable, row: SeriesRow, step: number): void {
  const points = new Points(row.regular === 1)
  table.readInto(points, row.seriesKey, row.count)
  const count = points.indexOf(step + 1)
  if (count === points.count) return
  table.delete(row.seriesKey)
  if (count === 0) return
  const { runKey, name, regular } = row
  const extremes = storedExtremes(extremesAfter(noExtremes, points.stretch(0, count)))
  const seriesKey = table.save({ runKey, name, regular, ...extremes }, null)
  for (let from = 0; from < count; from += chunkPoints) {
    table.writeChunk(seriesKey, from / chunkPoints, points.stretch(from, Math.min(from + chunkPoints, count)))
  }
}
