/** Where a run ended, for questions that are of trained networks alone. */
import { LabError } from '../../shared/api/errors'
import { allFinite } from '../../shared/math/vectors'
import type { SubjectRun } from './analysis'

/** The weights that a run ended with. @throws LabError `engine/bad-data` for one that diverged */
export function endOf({ run, snapshots }: SubjectRun): Float64Array {
  if (run.status === 'diverged')
    throw new LabError('engine/bad-data', `${run.label} diverged: it has no end to ask about`)
  const { parameters } = snapshots.at(-1)!
  if (allFinite(parameters)) return Float64Array.from(parameters)
  throw new LabError('engine/bad-data', `${run.label}: the weights it ended with are not finite numbers`)
}
