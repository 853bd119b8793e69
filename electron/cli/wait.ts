/** Waiting for experiments in a terminal, and what went wrong with them in words. */
import type { ExperimentId } from '../../shared/api/ids'
import { isEnded, type ExperimentDetail } from '../../shared/api/records'
import type { Lab } from '../lab/lab'
import { ProgressBar } from './progress-bar'

export interface Waiting {
  /** No progress. */
  quiet?: boolean
  /** What the first Ctrl+C does, in words and in deed; the second one ends the command at once. */
  interrupted: string
  onInterrupt(): void
  /** Waits no longer. */
  signal?: AbortSignal
}

/** Resolves when nothing of these experiments runs or waits any more. */
export async function waitForEnd(lab: Lab, experimentIds: readonly ExperimentId[], waiting: Waiting): Promise<void> {
  const bar = waiting.quiet ? undefined : new ProgressBar()
  let stopping = false
  const onInterrupt = () => {
    if (stopping) process.exit(130)
    stopping = true
    bar?.clear()
    process.stderr.write(`${waiting.interrupted} (Ctrl+C again ends at once)\n`)
    process.exitCode = 130
    waiting.onInterrupt()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  try {
    await new Promise<void>((resolve, reject) => {
      lab.onStoreDied(reject)
      lab.onEvent((event) => {
        if (event.type === 'progress' && experimentIds.includes(event.progress.experimentId)) bar?.draw(event.progress)
        if (event.type === 'experiment-changed') resolveWhenDone()
      })
      waiting.signal?.addEventListener('abort', () => resolve())
      const resolveWhenDone = () => {
        if (!experimentIds.some((experimentId) => lab.isActive(experimentId))) resolve()
      }
      resolveWhenDone()
    })
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
    bar?.clear()
  }
}

/** Waits for one experiment, which Ctrl+C stops. @returns what became of it */
export async function waitOrStop(lab: Lab, experimentId: ExperimentId, quiet?: boolean): Promise<ExperimentDetail> {
  await waitForEnd(lab, [experimentId], {
    quiet,
    interrupted: 'stopping the runs',
    onInterrupt: () => void lab.stopExperiment({ experimentId }),
  })
  return lab.getExperiment({ experimentId })
}

/** A failed run fails the command; one that diverged is a result, and said. */
export function reportTrouble({ runs, analyses }: ExperimentDetail): void {
  for (const { label, status, error } of runs) {
    if (error !== null && isEnded(status)) process.stderr.write(`${label}: ${status}. ${error}\n`)
  }
  for (const { label, status, error } of analyses) {
    if (error !== null) process.stderr.write(`analysis of ${label}: ${status}. ${error.message}\n`)
  }
  if ([...runs, ...analyses].some(({ status }) => status === 'failed' || status === 'interrupted')) process.exitCode = 1
}
