/** `basin resume`: goes on with what did not come to its end. */
import { Command } from 'commander'
import type { ExperimentId } from '../../shared/api/ids'
import type { ExperimentDetail } from '../../shared/api/records'
import type { Lab } from '../lab/lab'
import { withLab } from './open-lab'
import { ProgressBar } from './progress-bar'
import { experimentReport, experimentText } from './report'
import { findExperiment } from './runs'
import { reportTrouble, waitForEnd } from './wait'

interface ResumeOptions {
  json?: boolean
  quiet?: boolean
}

export function resumeCommand(): Command {
  return new Command('resume')
    .description('go on with what was interrupted, and wait for it')
    .argument(
      '[experiment]',
      'its id: what was stopped or failed too; default: all that the last session left unfinished',
    )
    .option('--json', 'print a JSON array of the experiments on standard output, and nothing else there')
    .option('--quiet', 'no progress and no table')
    .action(resume)
}

async function resume(id: string | undefined, options: ResumeOptions): Promise<void> {
  const details = id === undefined ? await goOn(options) : await retry(id, options)
  if (details === null) return
  if (options.json) process.stdout.write(`${JSON.stringify(details.map(experimentReport))}\n`)
  else if (!options.quiet)
    process.stdout.write(
      details.length > 0 ? `${details.map(experimentText).join('\n\n')}\n` : 'Nothing is unfinished.\n',
    )
  for (const detail of details) reportTrouble(detail)
}

/** Ctrl+C leaves the rest for later, as closing the window does: null. */
async function goOn({ quiet }: ResumeOptions): Promise<ExperimentDetail[] | null> {
  return withLab('go-on', async (lab) => {
    const experimentIds = lab.activeExperiments
    const leaving = new AbortController()
    await waitForEnd(lab, experimentIds, {
      bar: quiet ? undefined : new ProgressBar(),
      interrupted: 'leaving the rest for later; `basin resume` goes on with it',
      onInterrupt: () => leaving.abort(),
      signal: leaving.signal,
    })
    return leaving.signal.aborted ? null : detailsOf(lab, experimentIds)
  })
}

async function retry(id: string, { quiet }: ResumeOptions): Promise<ExperimentDetail[]> {
  return withLab('write', async (lab) => {
    const experimentId = await findExperiment(lab, id)
    await lab.retryExperiment({ experimentId })
    await waitForEnd(lab, [experimentId], {
      bar: quiet ? undefined : new ProgressBar(),
      interrupted: 'stopping the runs',
      onInterrupt: () => void lab.stopExperiment({ experimentId }),
    })
    return detailsOf(lab, [experimentId])
  })
}

function detailsOf(lab: Lab, experimentIds: readonly ExperimentId[]): Promise<ExperimentDetail[]> {
  return Promise.all(experimentIds.map((experimentId) => lab.getExperiment({ experimentId })))
}
