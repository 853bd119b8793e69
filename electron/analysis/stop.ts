/** How an analysis that was stopped ends: it looks at its signal now and then, and before that lets the wish to stop come in. */
import { setImmediate } from 'node:timers/promises'
import { LabError } from '../../shared/api/errors'

/** @throws LabError `engine/canceled` after a stop */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new LabError('engine/canceled', 'The analysis was stopped.')
}

/** For between two pieces of work that hold up the process. @throws LabError `engine/canceled` after a stop */
export async function letOthersRun(signal: AbortSignal): Promise<void> {
  await setImmediate()
  throwIfStopped(signal)
}
