/**
 * What an analysis is: a question asked of finished runs, with a spec of its own, a result and named numbers. What it computes is in
 * electron/analysis/<kind>.ts, what is drawn of it belongs to the kinds of experiments that ask it.
 */
import type { z } from 'zod'
import { LabError } from '../api/errors'
import type { RunId } from '../api/ids'
import type { RunSummary } from '../api/records'
import type { Work } from './work'

export const analysisKindIds = [
  'weight-trajectory',
  'critical-point',
  'error-surface',
  'interpolation',
  'sensitivity',
  'sharpness',
] as const
export type AnalysisKindId = (typeof analysisKindIds)[number]

/** One analysis of a plan. */
export interface PlannedAnalysis {
  kind: AnalysisKindId
  /** Distinct within the experiment. */
  label: string
  /** As those of runs: analyses of a group share a colour, a facet shares figures. */
  group: string
  groupIndex: number
  facet: string
  /** Valid for the kind's schema. */
  spec: unknown
  /** Runs of the same plan by their position, or older ones by their id. */
  runs: readonly (number | RunId)[]
}

/** Numbers and short texts by name: what `--json` and tables show of a result. */
export type AnalysisNumbers = Record<string, number | string | boolean | readonly number[] | null>

export interface AnalysisKind<Spec = unknown> {
  readonly kind: AnalysisKindId
  readonly title: string
  /** Strict. */
  readonly schema: z.ZodType<Spec>
  /** Whether it asks of the weights a run ended with, or of all snapshots along it. */
  readonly snapshots: 'last' | 'all'
  /**
   * Whether these runs can be asked this at all. Called before anything is written, with the specs of the runs.
   * @throws LabError `spec/invalid` that names the run and the reason (unlike architectures, too many parameters, ...)
   */
  check(spec: Spec, runs: readonly AnalysedRun[]): void
  /** What it probably costs to ask these runs, which have passed `check`. */
  work(spec: Spec, runs: readonly AnalysedRun[]): Work
}

/** What is known of a run before it has trained. */
export type AnalysedRun = Pick<RunSummary, 'label' | 'spec' | 'parameterCount'>

/** @throws LabError `spec/invalid` unless there is one run to ask. @param asked as in 'sharpness is measured' */
export function checkOneRun(runs: readonly AnalysedRun[], asked: string): void {
  if (runs.length === 1) return
  const message = `${asked} of one run at a time, not of ${runs.length}`
  throw new LabError('spec/invalid', message, [{ path: ['runs'], message }])
}
