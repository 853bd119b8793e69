/** How much trains and waits in a lab, and how long that will take. */
import type { LabStatus } from '../../shared/api/lab-api'
import type { AnalysisQueue } from './analysis-queue'
import type { ExperimentTracker } from './run-tracker'

export function queueStatus(
  trackers: readonly ExperimentTracker[],
  analyses: AnalysisQueue,
  cores: number,
): Pick<LabStatus, 'running' | 'queued' | 'analyses' | 'etaMs'> {
  const remaining = trackers.map((tracker) => tracker.remainingWorkMs())
  const known = remaining.every((ms) => ms !== null)
  return {
    running: trackers.reduce((count, tracker) => count + tracker.runIds('running').length, 0),
    queued: trackers.reduce((count, tracker) => count + tracker.runIds('queued').length, 0),
    analyses: analyses.running + analyses.queued,
    etaMs: known ? remaining.reduce((sum, ms) => sum + ms, 0) / cores : null,
  }
}
