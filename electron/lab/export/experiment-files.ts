/** Writes an experiment into a folder: each figure as SVG and CSV, its numbers as JSON, runs and every recorded series as CSV. */
import { access, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/api/errors'
import { experimentIdSchema } from '../../../shared/api/ids'
import { csvRow, figureCsv } from '../../../shared/figures/csv'
import type { Figure } from '../../../shared/figures/figure'
import { distinct, slug } from '../../../shared/figures/figure-names'
import { batchSamples, recordedSeries, type SeriesName } from '../../../shared/experiments/run-spec'
import { bestOf, seriesReports } from '../../../shared/experiments/series-report'
import type { ExperimentResults } from '../../../shared/experiments/results'
import type { GradientPhaseOutcome, RunSummary, SeriesSummary } from '../../../shared/api/records'
import { architectureLabel } from '../../../shared/models/model'
import { learningRateOf } from '../../../shared/models/optimizer'
import { seriesFileNames, writeSeriesFiles, type SeriesSource } from './series-files'
import { figureSvg } from './svg'
import { writeWhole } from './write-whole'

export interface ExperimentExport {
  /** With whole series: what is not here is not in the files. */
  results: ExperimentResults
  figures: readonly Figure[]
  /** Where the recorded series are read from, all of them whole, whatever the figures draw. */
  source: SeriesSource
  /** Made where it is missing. Files of other names in it are left alone. */
  folder: string
}

/** Settings and outcome of a run, without what only a database needs. */
function runRecord(run: RunSummary): object {
  const { runId, position, label, group, facet, seed, parameterCount, status, error } = run
  const { steps, epochs, stepsPerEpoch, totalSteps, durationMs, createdAt, startedAt, endedAt, spec } = run
  const { gradientPhase, dataSha256 } = run
  const progress = { steps, epochs, stepsPerEpoch, totalSteps, durationMs, createdAt, startedAt, endedAt }
  const outcome = { status, error, ...progress, gradientPhase }
  return {
    runId,
    position,
    label,
    group,
    facet,
    seed,
    parameterCount,
    ...outcome,
    series: seriesReports(run.series),
    dataSha256,
    spec,
  }
}

export function resultsJson({ experiment, runs, analyses }: ExperimentResults): string {
  const { experimentId, kind, name, spec, createdAt, runCounts } = experiment
  const records = { runs: runs.map(({ run }) => runRecord(run)), analyses: analyses.map(({ analysis }) => analysis) }
  const whole = { experimentId, kind, name, createdAt, runCounts, spec, ...records }
  return `${JSON.stringify(whole, null, 2)}\n`
}

/** How the second phase ended, where some run has one. */
const phaseColumns: [title: string, value: (phase: GradientPhaseOutcome) => string | number][] = [
  ['gradient phase', ({ reason }) => reason],
  ['gradient phase from step', ({ switchStep }) => switchStep],
  ['gradient phase steps', ({ steps }) => steps],
  ['gradient phase loss', ({ loss }) => loss],
  ['gradient phase norm', ({ gradientNorm }) => gradientNorm],
]

/** What is said of a series: its best value only where one end is good. */
const seriesColumns = ['last', 'lastStep', 'min', 'minStep', 'max', 'maxStep', 'best', 'bestStep'] as const

function columnsOf(name: SeriesName): readonly (keyof SeriesSummary)[] {
  return bestOf(name) === 'none' ? seriesColumns.filter((column) => !column.startsWith('best')) : seriesColumns
}

/** 'trainLoss min step' */
function columnTitle(name: SeriesName, column: keyof SeriesSummary): string {
  return `${name} ${column.replace('Step', ' step')}`
}

/** A row for each run: its settings, how it ended, and of each series that some run has its last, lowest, highest and best value. */
export function runsCsv({ runs }: ExperimentResults): string {
  const names = recordedSeries(runs.map(({ run }) => run.series))
  const header = [
    'run',
    'label',
    'group',
    'target or data',
    'seed',
    'architecture',
    'parameters',
    'optimizer',
    'learning rate',
  ]
  const outcome = ['batch size', 'status', 'steps', 'epochs', 'duration (ms)']
  const hasPhase = runs.some(({ run }) => run.gradientPhase)
  const rows = runs.map(({ run }) => {
    const { spec } = run
    const settings = [
      architectureLabel(spec.model),
      run.parameterCount,
      spec.optimizer.type,
      learningRateOf(spec.optimizer) ?? '',
    ]
    const values = names.flatMap((name) => columnsOf(name).map((column) => run.series[name]?.[column] ?? ''))
    const ended = [batchSamples(spec), run.status, run.steps, run.epochs, run.durationMs]
    const phase = hasPhase ? phaseColumns.map(([, value]) => (run.gradientPhase ? value(run.gradientPhase) : '')) : []
    return csvRow([run.runId, run.label, run.group, run.facet, run.seed, ...settings, ...ended, ...phase, ...values])
  })
  const phase = hasPhase ? phaseColumns.map(([title]) => title) : []
  const values = names.flatMap((name) => columnsOf(name).map((column) => columnTitle(name, column)))
  return csvRow([...header, ...outcome, ...phase, ...values]) + rows.join('')
}

const resultsName = 'results.json'

/** Whether the numbers in a folder are from an earlier export, so that its files may be replaced. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    const results: unknown = JSON.parse(await readFile(join(folder, resultsName), 'utf8'))
    return experimentIdSchema.safeParse((results as { experimentId?: unknown } | null)?.experimentId).success
  } catch {
    return false
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** @throws LabError `argument/invalid` naming the first file that would be lost. */
async function refuseForeign(folder: string, names: readonly string[]): Promise<void> {
  if (await isOurs(folder)) return
  for (const name of names) {
    if (!(await exists(join(folder, name)))) continue
    throw new LabError(
      'argument/invalid',
      `${join(folder, name)} is there already and not from Basin; choose another folder`,
    )
  }
}

/**
 * @returns the paths of what was written. Files of an earlier export are replaced; files of other names are left alone.
 * @throws LabError `argument/invalid` where a file that is not ours has one of our names (nothing is written then), or what the file
 * system says (no space, no permission).
 */
export async function exportExperiment({ results, figures, source, folder }: ExperimentExport): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const figureNames = distinct(figures.map((figure) => slug(figure.figureId)))
  // The results come first: they mark the folder as ours even if the rest does not come to pass.
  const files: [name: string, text: () => string][] = [
    [resultsName, () => resultsJson(results)],
    ['runs.csv', () => runsCsv(results)],
    ...figures.flatMap((figure, index): [string, () => string][] => [
      [`${figureNames[index]!}.svg`, () => figureSvg(figure)],
      [`${figureNames[index]!}.csv`, () => figureCsv(figure)],
    ]),
  ]
  const runs = results.runs.map(({ run }) => run)
  await refuseForeign(folder, [...files.map(([name]) => name), ...seriesFileNames(runs)])
  for (const [name, text] of files) await writeWhole(join(folder, name), text())
  const series = await writeSeriesFiles(source, runs, folder)
  return [...files.map(([name]) => join(folder, name)), ...series]
}
