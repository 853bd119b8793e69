/** Waiting for experiments in a terminal, and what went wrong with them in words. */
import type { ExperimentId } from '../../shared/api/ids'
import { readExperiment } from '../../shared/experiments/records-in-parts'
import { isEnded, type ExperimentDetail } from '../../shared/api/records'
import { exitCodeOf, type StopRequest } from '../host/stop-requests'
import type { Lab } from '../lab/lab'
import { exitCodeOfResults } from './exit-codes'
import { ProgressBar } from './progress-bar'
import { leaving, stopRequests, tellEnding } from './stop'

export interface Waiting {
  /** No progress. */
  quiet?: boolean
  /** What Ctrl+C does; absent: it leaves the rest for later, as all other requests to end do. */
  onInterrupt?(): void
}

/**
 * Until nothing of these experiments runs or waits any more, or this command is to end. Then it leaves the rest for the next session, as
 * closing the window does, and closes the lab. A request that is repeated ends the command at once.
 * @returns whether all came to its end
 */
export async function waitForEnd(lab: Lab, experimentIds: readonly ExperimentId[], waiting: Waiting): Promise<boolean> {
  const bar = waiting.quiet ? undefined : new ProgressBar()
  let isStopping = false
  let leave = (): void => undefined
  const left = new Promise<boolean>((resolve) => (leave = () => resolve(false)))
  const hear = ({ signal, isRepeated }: StopRequest) => {
    if (isRepeated) process.exit(exitCodeOf(signal))
    // One that comes another way (the terminal closes, the launcher is killed) changes nothing.
    if (isStopping) return
    isStopping = true
    process.exitCode = exitCodeOf(signal)
    // While nothing can be recorded nothing can be stopped either; the next session finds the runs as they were.
    const stops = signal === 'SIGINT' && waiting.onInterrupt !== undefined && lab.storeProblem === null
    bar?.clear()
    tellEnding(signal, stops ? 'stopping the runs' : leaving)
    if (stops) waiting.onInterrupt!()
    else leave()
  }
  const unhear = stopRequests().listen(hear)
  const hasEnded = await Promise.race([untilEnd(lab, experimentIds, bar), left]).catch((error: unknown) => {
    unhear()
    throw error
  })
  bar?.clear()
  if (hasEnded) unhear()
  // Still listening: what comes while the lab closes must not cut that short.
  else await lab.close({ goesOn: true })
  return hasEnded
}

function untilEnd(lab: Lab, experimentIds: readonly ExperimentId[], bar: ProgressBar | undefined): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const resolveWhenDone = () => {
      if (!experimentIds.some((experimentId) => lab.isActive(experimentId))) resolve(true)
    }
    lab.onStoreDied(reject)
    lab.onEvent((event) => {
      if (event.type === 'progress' && experimentIds.includes(event.progress.experimentId)) bar?.draw(event.progress)
      if (event.type === 'experiment-changed') resolveWhenDone()
    })
    resolveWhenDone()
  })
}

/** Waits for one experiment, which Ctrl+C stops. @returns what became of it; null: the rest was left for later */
export async function waitOrStop(
  lab: Lab,
  experimentId: ExperimentId,
  quiet?: boolean,
): Promise<ExperimentDetail | null> {
  const onInterrupt = () => void lab.stopExperiment({ experimentId })
  return (await waitForEnd(lab, [experimentId], { quiet, onInterrupt })) ? readExperiment(lab, experimentId) : null
}

/** Says what went wrong, and sets the exit code, unless a signal has: a failed run fails the command, one that diverged is a result. */
export function reportTrouble(details: readonly ExperimentDetail[]): void {
  for (const { runs, analyses } of details) {
    for (const { label, status, error } of runs) {
      if (error !== null && isEnded(status)) process.stderr.write(`${label}: ${status}. ${error}\n`)
    }
    for (const { label, status, error } of analyses) {
      if (error !== null) process.stderr.write(`analysis of ${label}: ${status}. ${error.message}\n`)
    }
  }
  process.exitCode ??= exitCodeOfResults(details)
}
