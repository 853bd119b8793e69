/** `basin check`: reads everything that a home keeps and says what is whole. Reads only, also beside an open app. */
import { join } from 'node:path'
import { Command } from 'commander'
import { isLabError } from '../../shared/api/errors'
import type { CheckProblem, CheckReport } from '../../shared/api/store-api'
import { datasetNames } from '../../shared/data/datasets'
import { countOf, formatInteger } from '../../shared/text/format'
import { versionFolders } from '../datasets/locate'
import { isIntact } from '../datasets/manifest'
import { readManifest } from '../datasets/manifest'
import { exitCodes, exitCodesText } from './exit-codes'
import { createNodeHost } from '../host/node-host'
import { basinHome } from '../lab/home'
import { StoreLink } from '../lab/store-link'

export function checkCommand(): Command {
  return new Command('check')
    .description('read everything that is kept and say what is whole (exit code 1: something is damaged)')
    .option('--json', 'as JSON')
    .addHelpText('after', exitCodesText)
    .action(async ({ json }: { json?: boolean }) => {
      const home = basinHome()
      const database = await checkDatabase(home)
      const datasets = await checkDatasets(home)
      const isWhole = database.isWhole && datasets.every((dataset) => dataset.isWhole)
      if (!isWhole) process.exitCode = exitCodes.failed
      process.stdout.write(
        json ? `${JSON.stringify({ home, isWhole, database, datasets })}\n` : `${textOf(database, datasets)}\n`,
      )
    })
}

/** A file that cannot even be opened as a database is a finding too. */
async function checkDatabase(home: string): Promise<CheckReport> {
  const host = createNodeHost({ bundleFolder: __dirname, nodePath: process.execPath })
  try {
    return await StoreLink.check(host, home)
  } catch (error) {
    if (!isLabError(error, 'store/damaged')) throw error
    const file = join(home, 'basin.db')
    return { file, isWhole: false, problems: [{ what: error.message }], counts: {}, withoutChecksum: 0 }
  }
}

interface CheckedDataset {
  dataset: string
  folder: string
  isWhole: boolean
}

/** Those that Basin installed, also what they took the place of: their manifests say what each file was. */
async function checkDatasets(home: string): Promise<CheckedDataset[]> {
  const checked: CheckedDataset[] = []
  for (const dataset of datasetNames) {
    const store = join(home, 'datasets')
    const versions = dataset === 'digits' ? [] : await versionFolders(dataset, [store])
    for (const folder of [join(store, dataset), ...versions]) {
      const hasManifest = await readManifest(folder).catch(() => true)
      if (hasManifest) checked.push({ dataset, folder, isWhole: await isIntact(folder) })
    }
  }
  return checked
}

function textOf(database: CheckReport, datasets: readonly CheckedDataset[]): string {
  const counts = Object.entries(database.counts).map(([table, count]) => countOf(count, nounOf(table)))
  const unchecked =
    database.withoutChecksum > 0
      ? [`${formatInteger(database.withoutChecksum)} rows are from before Basin kept checksums; they can be unpacked.`]
      : []
  const isThere = counts.length > 0 || !database.isWhole
  const state = isThere ? wordFor(database) : 'not there; nothing was recorded here yet'
  return [
    `${database.file}: ${state}`,
    ...(counts.length > 0 ? [`read: ${counts.join(', ')}`] : []),
    ...unchecked,
    ...database.problems.map((problem) => `  ${problemText(problem)}`),
    ...datasets.map((dataset) => `${dataset.folder}: ${wordFor(dataset)}`),
  ].join('\n')
}

/** 'analyses' as 'analysis' */
function nounOf(table: string): string {
  const nouns: Record<string, string> = { analyses: 'analysis', series: 'curve', startFiles: 'start file' }
  return nouns[table] ?? table.replace(/s$/, '')
}

const wordFor = ({ isWhole }: { isWhole: boolean }): string => (isWhole ? 'whole' : 'damaged')

function problemText({ what, experiment, experimentId, runId, label }: CheckProblem): string {
  const run = label === undefined ? '' : `, ${label}${runId === undefined ? '' : ` (${runId})`}`
  return experimentId === undefined ? what : `${experiment} (${experimentId})${run}: ${what}`
}
