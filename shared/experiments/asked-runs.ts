/** Plans of analyses that ask one run each: those of the same plan, or older ones. */
import type { AnalysisKindId, PlannedAnalysis } from '../analyses/kind'
import type { RunId } from '../api/ids'
import type { PlannedRun } from './kind'

/** Older runs that no plan put into groups. */
export const earlierRuns = { group: 'Earlier runs', groupIndex: 0, facet: '' } as const

/** One of each run, in its group. */
export function askEach(
  kind: AnalysisKindId,
  runs: readonly PlannedRun[],
  question: (run: PlannedRun) => unknown,
): PlannedAnalysis[] {
  return runs.map((run, position) => {
    const { label, group, groupIndex, facet } = run
    return { kind, label, group, groupIndex, facet, spec: question(run), runs: [position] }
  })
}

/** One of each older run, the same question to all. */
export function askOlder(kind: AnalysisKindId, runIds: readonly RunId[], question: unknown): PlannedAnalysis[] {
  return runIds.map((runId) => ({
    kind,
    label: `Run ${runId}`,
    ...earlierRuns,
    spec: question,
    runs: [runId],
  }))
}
