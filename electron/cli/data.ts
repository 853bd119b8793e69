/** `basin data`: list, fetch and import data sets, and delete versions that were kept. */
import { Command } from 'commander'
import { LabError } from '../../shared/api/errors'
import type { DatasetVersion } from '../../shared/api/lab-api'
import { datasetNames, datasets, type DatasetInfo, type DatasetName } from '../../shared/data/datasets'
import { DatasetLibrary } from '../datasets/library'
import { shortContent } from '../datasets/problems'
import { basinHome, datasetsFolder } from '../lab/home'
import { formatInteger } from '../../shared/text/format'
import { textTable } from './text'

function nameOf(text: string): DatasetName {
  const name = datasetNames.find((candidate) => candidate === text)
  if (!name)
    throw new LabError('dataset/unknown', `There is no data set '${text}'. There are: ${datasetNames.join(', ')}.`)
  return name
}

/** Data sets are files; no database is needed for them. */
function openLibrary(onChange?: () => void): DatasetLibrary {
  return new DatasetLibrary({ home: basinHome(), extraFolder: datasetsFolder(), onChange })
}

export function dataCommand(): Command {
  const data = new Command('data').description('list, fetch and import data sets, remove old versions')
  data
    .command('list')
    .description('which data sets are here, and where')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const states = await openLibrary().list()
      if (json) return void process.stdout.write(`${JSON.stringify(states)}\n`)
      const table = textTable(
        [
          { title: 'Name', text: ({ info }) => info.name },
          { title: 'State', text: ({ state }) => state },
          { title: 'Training', text: ({ trainSize }) => formatInteger(trainSize), align: 'right' },
          { title: 'Test', text: ({ testSize }) => formatInteger(testSize), align: 'right' },
          {
            title: 'Where',
            text: ({ info, folder, problem }) => problem ?? folder ?? (info.builtIn ? 'made by Basin' : ''),
          },
        ],
        states,
      )
      process.stdout.write(`${table}\n`)
      const versions = states.flatMap(({ info, versions }) => versions.map((version) => ({ ...version, info })))
      if (versions.length > 0) process.stdout.write(`\n${versionsText(versions)}\n`)
    })
  data
    .command('fetch')
    .description('download a data set, verify it and put it in place')
    .argument('<name>', datasetNames.join(', '))
    .action(async (text: string) => fetchDataset(nameOf(text)))
  data
    .command('import')
    .description('import files or a folder (idx, CIFAR binary, each also as .gz)')
    .argument('<name>', datasetNames.join(', '))
    .argument('<paths...>', 'files or folders')
    .action(async (text: string, paths: string[]) => {
      const name = nameOf(text)
      const library = openLibrary()
      await library.import(name, paths)
      const state = (await library.list()).find(({ info }) => info.name === name)!
      process.stdout.write(
        `${state.info.title}: ${formatInteger(state.trainSize)} training and ${formatInteger(state.testSize)} test images in ${state.folder}\n`,
      )
    })
  data
    .command('remove')
    .description('delete a version that was kept when another data set took its place')
    .argument('<name>', datasetNames.join(', '))
    .argument('<version>', 'its content, as `basin data list` shows it; the beginning is enough')
    .action(async (text: string, which: string) => {
      const { sha256, bytes, info } = await removeVersion(nameOf(text), which)
      process.stdout.write(`${info.title} ${shortContent(sha256)} is gone; ${formatInteger(bytes)} bytes are free.\n`)
    })
  return data
}

async function removeVersion(name: DatasetName, which: string): Promise<DatasetVersion & { info: DatasetInfo }> {
  return { ...(await openLibrary().removeVersion(name, which)), info: datasets[name] }
}

function versionsText(versions: readonly (DatasetVersion & { info: DatasetInfo })[]): string {
  const table = textTable(
    [
      { title: 'Kept version', text: ({ info, sha256 }) => `${info.name} ${shortContent(sha256)}` },
      { title: 'Training', text: ({ trainSize }) => formatInteger(trainSize), align: 'right' },
      { title: 'Test', text: ({ testSize }) => formatInteger(testSize), align: 'right' },
      { title: 'Bytes', text: ({ bytes }) => formatInteger(bytes), align: 'right' },
      { title: 'Since', text: ({ date }) => date.slice(0, 10) },
      { title: 'From', text: ({ source }) => source.join(', ') },
    ],
    versions,
  )
  return `Replaced, and kept for the runs that were trained on them (\`basin data remove\` deletes one):\n${table}`
}

async function fetchDataset(name: DatasetName): Promise<void> {
  const showProgress = async () => {
    if (!process.stderr.isTTY) return
    const state = (await library.list()).find(({ info }) => info.name === name)!
    if (state.state !== 'fetching') return
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
    process.stderr.write(
      `\r\x1b[2K${state.info.title}: ${megabytes(state.fetchedBytes)} of ${megabytes(state.totalBytes)} MB`,
    )
  }
  const library = openLibrary(() => void showProgress())
  try {
    await library.fetch(name)
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
  }
  process.stdout.write(`${name} is in place.\n`)
}
