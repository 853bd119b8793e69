/** Rows of the runs panel: the runs of a group (same model and settings, different seeds) summed up. */
import type { RunProgress } from '../../../shared/api/lab-api'
import type { RunId } from '../../../shared/api/ids'
import { isEnded, type RunSummary } from '../../../shared/api/records'
import type { SeriesName } from '../../../shared/experiments/run-spec'
import { mean } from '../../../shared/math/mean'
import type { Model } from '../../../shared/models/model'
import { networkTooltip } from '../../text/network-text'

export interface Spread {
  mean: number
  /** Sample standard deviation; null for a single value. */
  deviation: number | null
  count: number
}

export interface RunGroup {
  group: string
  groupIndex: number
  model: Model
  /** For tooltips. */
  architecture: string
  parameterCount: number
  runs: RunSummary[]
  endedCount: number
  /** Over the seeds that have one: best training loss and best test accuracy (null where nothing has). */
  trainLoss: Spread | null
  testAccuracy: Spread | null
  /** Of the run furthest along. */
  epochs: number
  /** Of the runs training now. */
  stepsPerSecond: number
}

/** Mean and sample standard deviation (divisor n - 1) of what is finite; null when nothing is. */
export function spreadOf(values: readonly number[]): Spread | null {
  const finite = values.filter(Number.isFinite)
  const count = finite.length
  if (count === 0) return null
  const center = mean(finite)
  if (count === 1) return { mean: center, deviation: null, count }
  const squares = finite.reduce((sum, value) => sum + (value - center) ** 2, 0)
  return { mean: center, deviation: Math.sqrt(squares / (count - 1)), count }
}

/** Finished seeds alone once there are any, so that a run still at its start does not spoil the mean. */
function bestOf(runs: readonly RunSummary[], name: SeriesName): Spread | null {
  const finished = runs.filter((run) => run.status === 'finished')
  const counted = finished.length > 0 ? finished : runs
  return spreadOf(counted.flatMap((run) => run.series[name]?.best ?? []))
}

/** Groups in the order of their colours. Runs of one facet only. */
export function groupRuns(runs: readonly RunSummary[], progress: ReadonlyMap<RunId, RunProgress>): RunGroup[] {
  const byIndex = new Map<number, RunSummary[]>()
  for (const run of runs) {
    const members = byIndex.get(run.groupIndex)
    if (members) members.push(run)
    else byIndex.set(run.groupIndex, [run])
  }
  return [...byIndex.values()]
    .sort((one, other) => one[0]!.groupIndex - other[0]!.groupIndex)
    .map((members) => summarize(members, progress))
}

function summarize(runs: RunSummary[], progress: ReadonlyMap<RunId, RunProgress>): RunGroup {
  const first = runs[0]!
  const speedOf = (run: RunSummary) => (run.status === 'running' ? (progress.get(run.runId)?.stepsPerSecond ?? 0) : 0)
  return {
    group: first.group,
    groupIndex: first.groupIndex,
    model: first.spec.model,
    architecture: networkTooltip(first.spec.model),
    parameterCount: first.parameterCount,
    runs,
    endedCount: runs.filter((run) => isEnded(run.status)).length,
    trainLoss: bestOf(runs, 'trainLoss'),
    testAccuracy: bestOf(runs, 'testAccuracy'),
    epochs: Math.max(...runs.map((run) => run.epochs)),
    stepsPerSecond: runs.reduce((sum, run) => sum + speedOf(run), 0),
  }
}
