/** How far an experiment is, its runs and its analyses together. */
import type { AnalysisProgress, ExperimentProgress } from '../../shared/api/lab-api'
import type { ExperimentId } from '../../shared/api/ids'

/** Of runs that have all ended. */
export function endedProgress(experimentId: ExperimentId, runCount: number): ExperimentProgress {
  return {
    experimentId,
    share: 1,
    stepsPerSecond: 0,
    etaMs: 0,
    paused: false,
    runCount,
    endedRuns: runCount,
    runs: [],
    analyses: [],
  }
}

export function withAnalyses(
  ofRuns: ExperimentProgress,
  analyses: AnalysisProgress[],
  cores: number,
): ExperimentProgress {
  if (analyses.length === 0) return ofRuns
  const { runCount } = ofRuns
  const done = analyses.reduce((sum, { share }) => sum + share, 0)
  const share = (runCount * ofRuns.share + done) / (runCount + analyses.length)
  return { ...ofRuns, analyses, share, etaMs: timeLeft(ofRuns.etaMs, analyses, cores) }
}

/** Before the first analysis has ended nobody knows how long one takes: then what the runs need, if they need any. */
function timeLeft(runsMs: number | null, analyses: readonly AnalysisProgress[], cores: number): number | null {
  const open = analyses.filter(({ status }) => status === 'queued' || status === 'running')
  const known = open.flatMap(({ etaMs }) => (etaMs === null ? [] : [etaMs]))
  if (runsMs === null) return null
  if (known.length < open.length) return runsMs > 0 ? runsMs : null
  const workMs = known.reduce((sum, ms) => sum + ms, 0)
  return runsMs + workMs / Math.max(1, Math.min(cores, open.length))
}
