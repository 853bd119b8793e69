/** Analyses of a made experiment, as planned, with results that a test chooses. */
import type { AnalysisId } from '../../shared/api/ids'
import type { AnalysisStatus } from '../../shared/api/records'
import type { PlannedAnalysis } from '../../shared/analyses/kind'
import { experimentKinds } from '../../shared/experiments/registry'
import type { AnalysisResults, ExperimentResults } from '../../shared/experiments/results'

/** What finished analyses have in common. */
export const finished = {
  status: 'finished',
  error: null,
  share: 1,
  durationMs: 1,
  startedAt: 1,
  endedAt: 2,
  summary: null,
  provenance: null,
} as const

export interface MadeAnalysis {
  status?: AnalysisStatus
  result: unknown
}

/** The same results with the analyses of their plan. */
export function withAnalyses(
  results: ExperimentResults,
  made: (planned: PlannedAnalysis, position: number) => MadeAnalysis,
): ExperimentResults {
  const { kind, spec, experimentId } = results.experiment
  const { analyses = [] } = experimentKinds[kind].plan(spec)
  const all = analyses.map((planned, position): AnalysisResults => {
    const { status = finished.status, result } = made(planned, position)
    const { label, group, groupIndex, facet, spec: asked, runs } = planned
    return {
      analysis: {
        analysisId: `a${String(position).padStart(8, '0')}` as AnalysisId,
        experimentId,
        position,
        kind: planned.kind,
        label,
        group,
        groupIndex,
        facet,
        spec: asked,
        otherData: false,
        runIds: runs.map((run) => (typeof run === 'number' ? results.runs[run]!.run.runId : run)),
        ...finished,
        status,
      },
      result,
    }
  })
  return { ...results, analyses: all }
}
