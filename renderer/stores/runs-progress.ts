/** Puts progress that came as events into rows that were read before. */
import type { RunId } from '../../shared/api/ids'
import type { RunProgress } from '../../shared/api/lab-api'
import { isEnded, type RunRow } from '../../shared/api/records'

/** New rows where something moved, the same objects elsewhere. A run that the list knows to have ended stays as it is. */
export function rowsWithProgress(
  rows: readonly RunRow[],
  progress: ReadonlyMap<RunId, RunProgress>,
): readonly RunRow[] {
  if (progress.size === 0) return rows
  return rows.map((row) => {
    const now = progress.get(row.runId)
    if (!now || isEnded(row.status) || isEnded(now.status)) return row
    if (now.status === row.status && now.steps === row.steps) return row
    return {
      ...row,
      status: now.status,
      steps: Math.max(row.steps, now.steps),
      epochs: Math.max(row.epochs, now.epochs),
    }
  })
}
