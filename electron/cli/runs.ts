/** `basin runs` and `basin show ID`: what is in the database. They only read, also beside an open app. */
import { Command } from 'commander'
import { LabError } from '../../shared/api/errors'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import type { RunRow } from '../../shared/api/records'
import { readAllRuns, readExperiment } from '../../shared/experiments/records-in-parts'
import type { Lab } from '../lab/lab'
import { withLab } from './open-lab'
import { experimentReport, experimentTables, runReport, runsTable } from './report'
import { formatDate, formatPercent } from '../../shared/text/format'
import { durationText, numberText, textTable, type Column } from './text'

export function runsCommand(): Command {
  return new Command('runs')
    .description('list all runs ever made, newest first')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const runs = await withLab('read', readAllRuns)
      if (json) process.stdout.write(`${JSON.stringify(runs.map(rowReport))}\n`)
      else
        process.stdout.write(
          runs.length > 0
            ? `${textTable(columns, runs)}\n`
            : 'No runs yet. `basin run simulate-function --quick` makes some.\n',
        )
    })
}

const columns: Column<RunRow>[] = [
  { title: 'Run', text: ({ runId }) => runId },
  { title: 'Experiment', text: ({ experimentId, experimentName }) => `${experimentName} (${experimentId})` },
  { title: 'Label', text: ({ label }) => label },
  { title: 'Parameters', text: ({ parameterCount }) => String(parameterCount), align: 'right' },
  { title: 'Lowest loss', text: ({ series }) => numberText(series.trainLoss?.best), align: 'right' },
  { title: 'Test accuracy', text: ({ series }) => formatPercent(series.testAccuracy?.last), align: 'right' },
  { title: 'Time', text: ({ durationMs }) => durationText(durationMs), align: 'right' },
  { title: 'Date', text: ({ createdAt }) => formatDate(createdAt) },
  { title: 'Status', text: ({ status }) => status },
]

function rowReport(run: RunRow) {
  const { experimentId, experimentName, kind, createdAt } = run
  return { ...runReport(run), experimentId, experimentName, kind, createdAt }
}

export function showCommand(): Command {
  return new Command('show')
    .description('show an experiment or a run')
    .argument('<id>', 'its id, or the beginning of it')
    .option('--json', 'as JSON')
    .action(async (id: string, { json }: { json?: boolean }) => {
      await withLab('read', async (lab) => {
        if (id.startsWith('r')) return showRun(await findRun(lab, id), json)
        const detail = await readExperiment(lab, await findExperiment(lab, id))
        const { experiment } = detail
        if (json)
          return void process.stdout.write(
            `${JSON.stringify({ ...experimentReport(detail), spec: experiment.spec })}\n`,
          )
        const head = `${experiment.name} (${experiment.experimentId}), ${experiment.kind}, ${formatDate(experiment.createdAt)}`
        process.stdout.write(`${head}\n\n${experimentTables(detail)}\n\n${JSON.stringify(experiment.spec, null, 2)}\n`)
      })
    })
}

function showRun(run: RunRow, json: boolean | undefined): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ ...rowReport(run), spec: run.spec })}\n`)
  const head = `${run.label} (${run.runId}) of ${run.experimentName} (${run.experimentId}), ${formatDate(run.createdAt)}`
  process.stdout.write(`${head}\n\n${runsTable([run])}\n\n${JSON.stringify(run.spec, null, 2)}\n`)
}

async function findRun(lab: Lab, prefix: string): Promise<RunRow> {
  return theOne(await readAllRuns(lab), ({ runId }) => runId, prefix, 'run/not-found')
}

/** The experiment whose id begins so; for a run's id, the experiment of the run. @throws LabError when there is none or several. */
export async function findExperiment(lab: Lab, prefix: string): Promise<ExperimentId> {
  if (prefix.startsWith('r')) return (await findRun(lab, prefix)).experimentId
  const experiments = await lab.listExperiments({})
  return theOne(experiments, ({ experimentId }) => experimentId, prefix, 'experiment/not-found').experimentId
}

/** The runs of a list of ids, those of experiments being all of their finished runs. @throws LabError for one that is not there. */
export async function findRuns(lab: Lab, ids: string): Promise<RunId[]> {
  const found: RunId[] = []
  for (const id of ids.split(',').map((part) => part.trim())) {
    if (id.startsWith('r')) found.push((await findRun(lab, id)).runId)
    else {
      const { runs } = await readExperiment(lab, await findExperiment(lab, id))
      found.push(...runs.filter(({ status }) => status === 'finished').map(({ runId }) => runId))
    }
  }
  if (found.length === 0) throw new LabError('argument/invalid', `--runs ${ids}: there is no finished run among these`)
  return [...new Set(found)]
}

function theOne<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  prefix: string,
  code: 'run/not-found' | 'experiment/not-found',
): T {
  const found = things.filter((thing) => idOf(thing).startsWith(prefix))
  if (found.length === 1) return found[0]!
  const what = code === 'run/not-found' ? 'run' : 'experiment'
  if (found.length === 0) throw new LabError(code, `There is no ${what} '${prefix}'. \`basin runs\` lists all.`)
  throw new LabError('argument/invalid', `'${prefix}' is the beginning of several ids: ${found.map(idOf).join(', ')}.`)
}
