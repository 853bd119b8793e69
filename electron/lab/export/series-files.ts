/**
 * Every recorded series of every run as CSV, a file for each series: whole, whatever the figures draw. Points are read and written run
 * by run, since those of hundreds of runs do not fit into memory.
 */
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabApi } from '../../../shared/api/lab-api'
import type { RunSummary, SeriesData } from '../../../shared/api/records'
import { readSeriesInParts } from '../../../shared/experiments/in-parts'
import { recordedSeries, type SeriesName } from '../../../shared/experiments/run-spec'
import { csvCell, csvRow } from '../../../shared/figures/csv'

export type SeriesSource = Pick<LabApi, 'readSeries'>

/** 'series-trainLoss.csv': under the name that `--json` gives the series. */
export function seriesFileName(name: SeriesName): string {
  return `series-${name}.csv`
}

/** Names of the files that there will be. */
export function seriesFileNames(runs: readonly RunSummary[]): string[] {
  return recordedSeries(runs.map(({ series }) => series)).map(seriesFileName)
}

/** One file for each series that some run has. @returns their paths */
export async function writeSeriesFiles(
  source: SeriesSource,
  runs: readonly RunSummary[],
  folder: string,
): Promise<string[]> {
  const names = recordedSeries(runs.map(({ series }) => series))
  for (const name of names) {
    const path = join(folder, seriesFileName(name))
    // Written beside and renamed, so that a file is whole or not there.
    const file = await open(`${path}.part`, 'w')
    try {
      await file.write(csvRow(['run', 'label', 'seed', 'step', name]))
      for (const run of runs.filter(({ series }) => series[name]))
        for (const read of await readSeriesInParts(source, { runIds: [run.runId], names: [name] }))
          for (const rows of seriesRows(run, read.data)) await file.write(rows)
    } finally {
      await file.close()
    }
    await rename(`${path}.part`, path)
  }
  return names.map((name) => join(folder, seriesFileName(name)))
}

/** Points written at once. */
const rowsAtOnce = 50_000

function* seriesRows({ runId, label, seed }: RunSummary, { steps, values }: SeriesData): Generator<string> {
  const start = [runId, label, seed].map(csvCell).join(',')
  for (let from = 0; from < values.length; from += rowsAtOnce) {
    const part: string[] = []
    for (let i = from; i < Math.min(from + rowsAtOnce, values.length); i++)
      part.push(`${start},${steps[i]!},${values[i]!}\r\n`)
    yield part.join('')
  }
}
