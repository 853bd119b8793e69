/** Requests to end this command. Where none of its parts listens, the command ends at once; its store then closes by itself. */
import { exitCodeOf, StopRequests } from '../host/stop-requests'

let requests: StopRequests | undefined

export function stopRequests(): StopRequests {
  return (requests ??= new StopRequests(({ signal }) => process.exit(exitCodeOf(signal))))
}
