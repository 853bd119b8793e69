/**
 * `basin run KIND`: plans, trains, waits, tells. Ctrl+C stops the runs; what they recorded stays. Other signals leave them for the next
 * session.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { errorMessage, isLabError, LabError } from '../../shared/api/errors'
import { readExperiment } from '../../shared/experiments/records-in-parts'
import { parseOrThrow } from '../../shared/api/contract'
import { experimentNameSchema, type StartFile } from '../../shared/api/lab-api'
import type { ExperimentDetail } from '../../shared/api/records'
import { readExpression } from '../../shared/data/expression'
import type { ExperimentKind } from '../../shared/experiments/kind'
import { visible } from '../../shared/text/visible'
import type { Lab } from '../lab/lab'
import { exitCodesText } from './exit-codes'
import { exportFromLab, prepareFolder } from './export'
import { withLab } from './open-lab'
import { experimentReport, experimentText } from './report'
import { findRuns } from './runs'
import { buildSpec, kindOf } from './spec-arguments'
import { reportTrouble, waitOrStop } from './wait'

export interface RunOptions {
  preset?: string
  spec?: string
  set: string[]
  seeds?: number
  runs?: string
  from?: string
  otherData?: boolean
  name?: string
  quick?: boolean
  json?: boolean
  quiet?: boolean
  out?: string
}

/** @param act what is done with the words once they are read */
export function runCommand(act: (kindId: string, options: RunOptions) => Promise<void> = run): Command {
  return new Command('run')
    .description('run an experiment and wait for it')
    .argument('<kind>', 'which experiment; `basin kinds` lists them')
    .option('--preset <name>', 'start from this preset (default: the first one)')
    .option('--spec <file>', 'a JSON file whose values replace those of the preset')
    .option('--set <path=value>', 'one value, such as training.epochs=3; may be repeated', collect, [])
    .option('--seeds <n>', 'repeat with so many seeds', positiveInteger)
    .option('--runs <ids>', 'ask these runs (or those of experiments) instead of training: r…,x…; see `basin runs`')
    .option('--from <file>', 'weights that all runs start from: a safetensors file, such as `basin export` writes')
    .option('--other-data', 'with --runs: use the data that are here where those of the runs are not; figures say so')
    .option('--name <text>', 'what the experiment is called')
    .option('--quick', 'fewer epochs, data and repeats: a first picture within a minute')
    .option('--json', 'print one JSON object on standard output, and nothing else there')
    .option('--quiet', 'no progress and no table')
    .option('--out <folder>', 'write figures (SVG) and numbers (CSV, JSON) there')
    .addHelpText('after', exitCodesText)
    .action(act)
}

async function run(kindId: string, options: RunOptions): Promise<void> {
  const asked = await readAsked(kindId, options)
  const detail = await withLab('write', (lab) => runIn(lab, asked, options))
  if (detail === null) return
  if (options.json) process.stdout.write(`${JSON.stringify(experimentReport(detail))}\n`)
  else if (!options.quiet) process.stdout.write(`${experimentText(detail)}\n`)
  reportTrouble([detail])
}

export interface AskedExperiment {
  kind: ExperimentKind
  /** Input of the kind's schema. */
  spec: unknown
  name?: string
  from?: StartFile
}

/** All that can be known to be wrong before a lab is opened. @throws LabError `argument/invalid`, `spec/invalid` and their like */
export async function readAsked(kindId: string, options: RunOptions): Promise<AskedExperiment> {
  const kind = kindOf(kindId)
  if (options.runs !== undefined && !kind.asksRuns)
    throw new LabError('argument/invalid', `--runs: ${kind.kind} trains its own runs`)
  const name = parseOrThrow(experimentNameSchema.optional(), options.name, 'argument/invalid', '--name')
  const spec = buildSpec(kind, options)
  // Before hours of training, not after.
  if (options.out !== undefined) await prepareFolder(options.out, '--out')
  return { kind, spec, name, from: options.from === undefined ? undefined : readStartFile(options.from) }
}

/** Trains, waits and exports. @returns what became of it; null: it is left for the next session */
export async function runIn(
  lab: Lab,
  { kind, spec, name, from }: AskedExperiment,
  { runs, otherData, quick, quiet, out }: RunOptions,
): Promise<ExperimentDetail | null> {
  const starting = lab.startExperiment({
    kind: kind.kind,
    spec: runs === undefined ? spec : { ...(spec as object), runs: await findRuns(lab, runs) },
    quick,
    name,
    from,
    ...(otherData && { otherData }),
  })
  const { experimentId } = await starting.catch((error: unknown) => {
    if (runs === undefined || !isLabError(error, 'dataset/changed')) throw error
    const choice = 'With --other-data what is here now is used, and every figure says so.'
    throw new LabError(error.code, `${error.message} ${choice}`)
  })
  if (!quiet) process.stderr.write(functionsText(await readExperiment(lab, experimentId)))
  const ended = await waitOrStop(lab, experimentId, quiet)
  if (ended && out !== undefined) {
    const files = await exportFromLab(lab, experimentId, out)
    if (!quiet) process.stderr.write(`${files.length} files written to ${out}\n`)
  }
  return ended
}

/** What each function to learn was read as, a line each: 'sin(5πx): f(x) = sin(5 * pi * x)'. */
function functionsText({ runs }: ExperimentDetail): string {
  const expressions = new Set(runs.flatMap(({ spec: { data } }) => (data.type === 'function' ? [data.expression] : [])))
  return [...expressions].map((expression) => `${expression}: f(x) = ${readExpression(expression)}\n`).join('')
}

/** @throws LabError `argument/invalid` */
function readStartFile(path: string): StartFile {
  try {
    return { name: visible(basename(path)), bytes: readFileSync(path) }
  } catch (error) {
    throw new LabError('argument/invalid', `--from ${path}: ${errorMessage(error)}`)
  }
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number of at least 1')
  return value
}
