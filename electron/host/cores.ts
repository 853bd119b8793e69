/** How many threads this machine runs at once. */
import * as os from 'node:os'

/** availableParallelism came with Node 18; Electron 22 has 16. */
export function coreCount(): number {
  return typeof os.availableParallelism === 'function' ? os.availableParallelism() : Math.max(1, os.cpus().length)
}
