/** Which series of runs figures need; all others are there for export alone. */
import type { RunSummary } from '../api/records'
import type { ExperimentKindId } from './kind'
import { experimentKinds } from './registry'
import type { SeriesName } from './run-spec'

/** For kinds that do not say otherwise. The loss of single batches is not among them. */
export const usualSeries = [
  'trainLoss',
  'trainAccuracy',
  'testLoss',
  'testAccuracy',
  'gradientNorm',
] as const satisfies readonly SeriesName[]

export function drawnSeries(kind: ExperimentKindId, runs: readonly Pick<RunSummary, 'spec'>[]): SeriesName[] {
  return experimentKinds[kind].series?.(runs) ?? [...usualSeries]
}
