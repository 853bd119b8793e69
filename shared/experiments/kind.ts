/**
 * What a kind of experiment is: a schema for its spec, presets, a pure plan, figures. A new kind is one folder beside this file
 * and one entry in registry.ts.
 */
import type { z } from 'zod'
import type { PlannedAnalysis } from '../analyses/kind'
import type { RunSummary } from '../api/records'
import type { Figure } from '../figures/figure'
import type { ExperimentResults } from './results'
import type { RunSpec, SeriesName } from './run-spec'

export const experimentKindIds = [
  'simulate-function',
  'train-on-task',
  'weight-trajectory',
  'gradient-norm',
  'critical-point',
  'error-surface',
  'random-labels',
  'parameter-count',
  'interpolation',
  'sensitivity',
  'sharpness',
] as const
export type ExperimentKindId = (typeof experimentKindIds)[number]

export const experimentChapters = ['Deep against shallow', 'Optimization', 'Generalization'] as const
export type ExperimentChapter = (typeof experimentChapters)[number]

/** One run of a plan. */
export interface PlannedRun {
  /** Distinct within the experiment: 'Deep, sinc, Adam 0.001, seed 2'. */
  label: string
  /** Runs of a group differ only in their seed; curves show the mean and band of a group, in the colour of its index. */
  group: string
  groupIndex: number
  /** What figures are split by: the target function, or the data set. */
  facet: string
  spec: RunSpec
}

/** Pure result of `plan(spec)`: the same spec gives the same plan, byte for byte. */
export interface Plan {
  runs: PlannedRun[]
  /** Each starts when the runs that it asks have ended. */
  analyses?: PlannedAnalysis[]
}

export interface Preset<Spec> {
  name: string
  title: string
  description: string
  spec: Spec
}

/** Makes presets of a kind: what they leave out gets the schema's defaults. @throws ZodError for a spec that is none. */
export function presetOf<Spec, Input>(schema: z.ZodType<Spec, Input>) {
  return (name: string, title: string, description: string, spec: Input): Preset<Spec> => {
    return { name, title, description, spec: schema.parse(spec) }
  }
}

export interface ExperimentKind<Spec = unknown> {
  readonly kind: ExperimentKindId
  readonly title: string
  readonly chapter: ExperimentChapter
  readonly summary: string
  /** Its analyses can be asked of older runs too: their ids are `runs` in its spec, which then trains nothing. */
  readonly asksRuns?: boolean
  /** Strict: unknown keys are errors; absent keys get the default preset's values where that makes sense. */
  readonly schema: z.ZodType<Spec>
  /** The first one is the default; it teaches something in ten seconds. */
  readonly presets: readonly [Preset<Spec>, ...Preset<Spec>[]]
  /** A name for an experiment with this spec: 'Sinc, two depths'. */
  name(spec: Spec): string
  /** Shrinks epochs, data and repeats for a first picture within a minute. @throws LabError `spec/invalid` as `plan`. */
  quick(spec: Spec): Spec
  /** @throws LabError `spec/invalid` with the path, for what a schema cannot see (an expression that is not finite). */
  plan(spec: Spec): Plan
  /** The series of runs that the figures draw, so that no other is read for them; absent: `usualSeries` of drawn-series.ts. */
  series?(runs: readonly Pick<RunSummary, 'spec'>[]): SeriesName[]
  /** What a person may choose about the figures once there are results (a layer, a tolerance); absent: nothing. */
  controls?(results: ExperimentResults): ViewControl[]
  /** Pure; drawn on screen and by the exporters. @param view what was chosen, by the keys of `controls`; absent keys: their defaults. */
  figures(results: ExperimentResults, view?: ViewChoices): Figure[]
  /** What a click on a point of a figure chooses (a training, to see more of it); absent or null: nothing. */
  pick?(results: ExperimentResults, point: PickedPoint): ViewChoices | null
}

/** A point that a person clicked on. */
export interface PickedPoint {
  figureId: string
  /** Key of its group, and its place in it. */
  key: string
  index: number
}

/** One thing to choose about figures; the page draws them all alike. */
export interface ViewControl {
  key: string
  label: string
  type: 'choice' | 'number' | 'toggle'
  default: string | number | boolean
  /** Of a choice. */
  options?: readonly { value: string; label: string }[]
  /** A sentence for those who hover. */
  title?: string
}

export type ViewChoices = Readonly<Record<string, string | number | boolean>>
