/** `basin export ID`: the figures and numbers of an experiment as files. */
import { access, constants, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { errorMessage, LabError } from '../../shared/api/errors'
import { readExperiment } from '../../shared/experiments/records-in-parts'
import type { ExperimentId } from '../../shared/api/ids'
import { collectResults } from '../../shared/experiments/collect-results'
import { figuresOf } from '../../shared/experiments/figures-of'
import { unkept } from '../analysis/unkept'
import { exportExperiment } from '../lab/export/experiment-files'
import { exportData } from '../lab/export/data-files'
import { basinHome, datasetFoldersOf, datasetsFolder } from '../lab/home'
import type { Lab } from '../lab/lab'
import { withLab } from './open-lab'
import { findExperiment } from './runs'

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'write the figures (SVG) and numbers (CSV, JSON) of an experiment, its weights, or what they can be checked by',
    )
    .argument('<id>', 'the experiment, or one of its runs; the beginning of the id is enough')
    .option('--out <folder>', 'where figures and numbers go to; made where it is missing')
    .option(
      '--weights <folder>',
      'where weights go to, a safetensors file for each snapshot of each run (or of the one run)',
    )
    .option(
      '--data <folder>',
      'where samples, first weights, whole series and whole results go to, a safetensors file for each run and analysis',
    )
    .action(async (id: string, { out, weights, data }: { out?: string; weights?: string; data?: string }) => {
      if (out === undefined && weights === undefined && data === undefined)
        throw new LabError('argument/invalid', 'Say where to: --out <folder>, --weights <folder>, --data <folder>')
      if (out !== undefined) await prepareFolder(out, '--out')
      if (weights !== undefined) await prepareFolder(weights, '--weights')
      if (data !== undefined) await prepareFolder(data, '--data')
      const files = await withLab('read', async (lab) => [
        ...(out === undefined ? [] : await exportFromLab(lab, await findExperiment(lab, id), out)),
        ...(weights === undefined ? [] : await weightsFromLab(lab, id, weights)),
        ...(data === undefined ? [] : await dataFromLab(lab, id, data)),
      ])
      process.stdout.write(files.map((file) => `${file}\n`).join(''))
    })
}

/** @throws LabError `snapshot/missing` where no run of it has any */
async function weightsFromLab(lab: Lab, id: string, folder: string): Promise<string[]> {
  const { runs } = await readExperiment(lab, await findExperiment(lab, id))
  const asked = id.startsWith('r') ? runs.filter(({ runId }) => runId.startsWith(id)) : runs
  const files = await lab.exportWeights(asked, resolve(folder))
  if (files.length > 0) return files
  throw new LabError(
    'snapshot/missing',
    `There are no weights of '${id}': none of its runs has ended, or they asked older ones`,
  )
}

/** @throws LabError `dataset/missing`, `dataset/changed`, `snapshot/missing` */
async function dataFromLab(lab: Lab, id: string, folder: string): Promise<string[]> {
  const { runs, analyses, sourceRuns } = await readExperiment(lab, await findExperiment(lab, id))
  const { store } = lab
  const one = id.startsWith('r') ? runs.find(({ runId }) => runId.startsWith(id)) : undefined
  const datasetFolders = datasetFoldersOf({ home: basinHome(), datasetsFolder: datasetsFolder() })
  return exportData({
    store,
    // What is asked of older runs is checked with the samples of those.
    runs: one ? [one] : [...runs, ...sourceRuns],
    analyses: one ? await store.listAnalysesAsking(one) : analyses,
    folder: resolve(folder),
    datasetFolders,
    unkept: (analysis) => unkept({ store, datasetFolders }, analysis),
  })
}

/** Makes the folder that files are to go to. @throws LabError `argument/invalid` naming the option where that cannot be. */
export async function prepareFolder(out: string, option: string): Promise<void> {
  try {
    await mkdir(resolve(out), { recursive: true })
    await access(resolve(out), constants.W_OK)
  } catch (error) {
    throw new LabError('argument/invalid', `${option} ${out}: ${errorMessage(error)}`)
  }
}

/** @returns the paths of what was written. */
export async function exportFromLab(lab: Lab, experimentId: ExperimentId, out: string): Promise<string[]> {
  const results = await collectResults(lab, experimentId)
  const figures = figuresOf(results)
  return exportExperiment({ results, figures, source: lab, folder: resolve(out) })
}
