/** Requests to end this command. Where none of its parts listens, the command ends at once; its store then closes by itself. */
import { exitCodeOf, StopRequests, type StopSignal } from '../host/stop-requests'

let requests: StopRequests | undefined

export function stopRequests(): StopRequests {
  return (requests ??= new StopRequests(({ signal }) => process.exit(exitCodeOf(signal))))
}

/** @param how what becomes of the work */
export function tellEnding(signal: StopSignal, how: string): void {
  process.stderr.write(`${how} (${signal === 'SIGINT' ? 'Ctrl+C' : signal} again ends at once)\n`)
}

export const leaving = 'leaving the rest for later; `basin resume` goes on with it'
