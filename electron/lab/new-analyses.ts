/** From the analyses of a plan to what can be queued: specs parsed, runs found and checked, identities given. */
import { randomBytes } from 'node:crypto'
import { parseOrThrow } from '../../shared/api/contract'
import { newAnalysisId, type RunId } from '../../shared/api/ids'
import type { RunSummary } from '../../shared/api/records'
import type { NewAnalysis, NewRun, StoreApi } from '../../shared/api/store-api'
import type { AnalysedRun, PlannedAnalysis } from '../../shared/analyses/kind'
import { analysisKinds } from '../../shared/analyses/registry'

/** Older runs that analyses of a plan ask. @throws LabError `run/not-found` for one that is not there */
export async function olderRuns(
  planned: readonly PlannedAnalysis[],
  store: Pick<StoreApi, 'getRuns'>,
): Promise<Map<RunId, RunSummary>> {
  const runIds = [...new Set(planned.flatMap((one) => one.runs.filter((run) => typeof run !== 'number')))]
  const older = runIds.length > 0 ? await store.getRuns({ runIds }) : []
  return new Map(older.map((run) => [run.runId, run]))
}

/**
 * @param runs of the same plan, by their position
 * @throws LabError `spec/invalid` for runs that cannot be asked this
 */
export function newAnalyses(
  planned: readonly PlannedAnalysis[],
  runs: readonly NewRun[],
  older: ReadonlyMap<RunId, AnalysedRun>,
): NewAnalysis[] {
  const known = new Map<RunId, AnalysedRun>([...older, ...runs.map((run) => [run.runId, run] as const)])
  return planned.map((analysis, position) => {
    const kind = analysisKinds[analysis.kind]
    const spec = parseOrThrow(kind.schema, analysis.spec, 'spec/invalid', `This is not a spec for ${analysis.kind}`)
    const runIds = analysis.runs.map((run) => (typeof run === 'number' ? runs[run]!.runId : run))
    kind.check(
      spec,
      runIds.map((runId) => known.get(runId)!),
    )
    const { label, group, groupIndex, facet } = analysis
    const analysisId = newAnalysisId(randomBytes(5))
    return { analysisId, position, kind: analysis.kind, label, group, groupIndex, facet, spec, runIds }
  })
}
