/** The results of "Sharpness" as figures need them: each run with what was measured of it, the value it was swept to, and what a person chose. */
import {
  accuracyGap,
  indicatorKeys,
  indicators,
  lossGap,
  type IndicatorKey,
  type SharpnessResult,
} from '../../analyses/sharpness'
import type { ViewChoices, ViewControl } from '../kind'
import type { AnalysisResults, ExperimentResults, RunResults } from '../results'
import { valueOf, variedSettings, type VariedSetting } from '../variation'
import type { SharpnessExperiment } from './spec'

export interface MeasuredRun {
  label: string
  result: SharpnessResult
  run: RunResults | undefined
  /** Of the swept setting; NaN where its optimiser has none. */
  value: number
  /** Which of the models; 0 for older runs. */
  model: number
}

export interface Measured {
  runs: MeasuredRun[]
  /** Labels of the models; one '' for older runs. */
  models: string[]
  /** What the runs differ in; null where it is neither batch size nor learning rate. */
  what: VariedSetting | null
  /** Analyses that failed, of how many. */
  failed: number
  asked: number
}

/** Of older runs the first setting in which they differ. */
function settingOf({ experiment, runs }: ExperimentResults): VariedSetting | null {
  const spec = experiment.spec as SharpnessExperiment
  if (!spec.runs) return spec.vary.what
  const differs = (what: VariedSetting) =>
    new Set(runs.map(({ run }) => valueOf(run.spec, what)).filter((value) => value !== null)).size > 1
  return variedSettings.find(differs) ?? null
}

export function measuredRuns(results: ExperimentResults): Measured {
  const { experiment, analyses, runs } = results
  const spec = experiment.spec as SharpnessExperiment
  const what = settingOf(results)
  const perModel = spec.vary.values.length
  const runOf = ({ analysis, result }: AnalysisResults): MeasuredRun[] => {
    if (analysis.kind !== 'sharpness' || result === null) return []
    const run = runs.find(({ run: { runId } }) => runId === analysis.runIds[0])
    const value = (run && what && valueOf(run.run.spec, what)) ?? NaN
    const model = spec.runs ? 0 : Math.floor(analysis.groupIndex / perModel)
    return [{ label: run?.run.label ?? analysis.label, result: result as SharpnessResult, run, value, model }]
  }
  return {
    runs: analyses.flatMap(runOf),
    models: spec.runs ? [''] : spec.models.map(({ label }) => label),
    what,
    failed: analyses.filter(({ analysis }) => analysis.status === 'failed').length,
    asked: analyses.length,
  }
}

/** What generalization is measured by. Labels are short, as charts are not high. */
export const gaps = {
  loss: { title: 'loss', label: 'test - training loss', of: lossGap },
  accuracy: {
    title: 'accuracy',
    label: 'training - test accuracy (%)',
    of: (result: SharpnessResult) => 100 * accuracyGap(result),
  },
} as const
export type GapKey = keyof typeof gaps

export interface SharpnessView {
  indicator: IndicatorKey
  gap: GapKey
}

function hasClasses(runs: readonly MeasuredRun[]): boolean {
  return runs.some(({ result }) => Number.isFinite(accuracyGap(result)))
}

/** Those that there are numbers for. */
export function knownGaps(runs: readonly MeasuredRun[]): GapKey[] {
  return hasClasses(runs) ? ['loss', 'accuracy'] : ['loss']
}

/** What a person chose, or the defaults. */
export function viewOf(choices: ViewChoices, runs: readonly MeasuredRun[]): SharpnessView {
  return {
    indicator: indicatorKeys.find((key) => key === choices['indicator']) ?? 'ballSharpness',
    gap: knownGaps(runs).find((key) => key === choices['gap']) ?? 'loss',
  }
}

export function sharpnessControls(results: ExperimentResults): ViewControl[] {
  const { runs } = measuredRuns(results)
  const options = indicatorKeys.map((value) => ({ value, label: indicators[value].title }))
  const gapOptions = knownGaps(runs).map((value) => ({ value, label: gaps[value].title }))
  return [
    {
      key: 'indicator',
      label: 'Indicator',
      type: 'choice',
      default: 'ballSharpness',
      options,
      title: 'What is drawn against the swept value, and against the generalization gap',
    },
    ...(gapOptions.length > 1
      ? [
          {
            key: 'gap',
            label: 'Gap in',
            type: 'choice' as const,
            default: 'loss',
            options: gapOptions,
            title: 'Test loss less training loss, or training accuracy less test accuracy',
          },
        ]
      : []),
  ]
}
