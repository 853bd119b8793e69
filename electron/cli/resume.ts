/** `basin resume`: goes on with what did not come to its end. */
import { Command } from 'commander'
import { LabError } from '../../shared/api/errors'
import type { ExperimentDetail } from '../../shared/api/records'
import { readExperiment } from '../../shared/experiments/records-in-parts'
import { exitCodesText } from './exit-codes'
import { withLab } from './open-lab'
import { experimentReport, experimentText } from './report'
import { findExperiment } from './runs'
import { reportTrouble, waitForEnd, waitOrStop } from './wait'

interface ResumeOptions {
  json?: boolean
  quiet?: boolean
  fromStart?: boolean
}

export function resumeCommand(): Command {
  return new Command('resume')
    .description('go on with what was interrupted, and wait for it')
    .argument(
      '[experiment]',
      'its id: what was stopped or failed too, from the beginning; default: all that the last session left unfinished',
    )
    .option('--from-start', 'with an experiment: train what did not finish from the beginning, whatever was kept of it')
    .option('--json', 'print a JSON array of the experiments on standard output, and nothing else there')
    .option('--quiet', 'no progress and no table')
    .addHelpText('after', exitCodesText)
    .action(resume)
}

async function resume(id: string | undefined, options: ResumeOptions): Promise<void> {
  if (id === undefined && options.fromStart)
    throw new LabError('argument/invalid', '--from-start: say of which experiment; `basin runs` lists them')
  const details = id === undefined ? await goOn(options) : await retry(id, options)
  if (details === null) return
  if (options.json) process.stdout.write(`${JSON.stringify(details.map(experimentReport))}\n`)
  else if (!options.quiet)
    process.stdout.write(
      details.length > 0 ? `${details.map(experimentText).join('\n\n')}\n` : 'Nothing is unfinished.\n',
    )
  reportTrouble(details)
}

/** Ctrl+C leaves the rest for later, as closing the window does: null. */
async function goOn({ quiet }: ResumeOptions): Promise<ExperimentDetail[] | null> {
  return withLab('go-on', async (lab) => {
    const experimentIds = lab.activeExperiments
    if (!(await waitForEnd(lab, experimentIds, { quiet }))) return null
    return Promise.all(experimentIds.map((experimentId) => readExperiment(lab, experimentId)))
  })
}

async function retry(id: string, { quiet, fromStart }: ResumeOptions): Promise<ExperimentDetail[] | null> {
  return withLab('write', async (lab) => {
    const experimentId = await findExperiment(lab, id)
    await lab.retryExperiment({ experimentId, ...(fromStart && { fromStart }) })
    const detail = await waitOrStop(lab, experimentId, quiet)
    return detail && [detail]
  })
}
