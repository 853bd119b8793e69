/** `basin export ID`: the figures and numbers of an experiment as files. */
import { access, constants, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { errorMessage, LabError } from '../../shared/api/errors'
import type { ExperimentId } from '../../shared/api/ids'
import { collectResults } from '../../shared/experiments/collect-results'
import { experimentKinds } from '../../shared/experiments/registry'
import { exportExperiment } from '../lab/export/experiment-files'
import type { Lab } from '../lab/lab'
import { withLab } from './open-lab'
import { findExperiment } from './runs'

export function exportCommand(): Command {
  return new Command('export')
    .description('write the figures (SVG) and numbers (CSV, JSON) of an experiment')
    .argument('<id>', 'the experiment, or one of its runs; the beginning of the id is enough')
    .requiredOption('--out <folder>', 'where to; made where it is missing')
    .action(async (id: string, { out }: { out: string }) => {
      await prepareFolder(out)
      const files = await withLab('read', async (lab) => exportFromLab(lab, await findExperiment(lab, id), out))
      process.stdout.write(files.map((file) => `${file}\n`).join(''))
    })
}

/** Makes the folder that figures are to go to. @throws LabError `argument/invalid` where that cannot be. */
export async function prepareFolder(out: string): Promise<void> {
  try {
    await mkdir(resolve(out), { recursive: true })
    await access(resolve(out), constants.W_OK)
  } catch (error) {
    throw new LabError('argument/invalid', `--out ${out}: ${errorMessage(error)}`)
  }
}

/** @returns the paths of what was written. */
export async function exportFromLab(lab: Lab, experimentId: ExperimentId, out: string): Promise<string[]> {
  const results = await collectResults(lab, experimentId)
  const figures = experimentKinds[results.experiment.kind].figures(results)
  return exportExperiment({ results, figures, folder: resolve(out) })
}
