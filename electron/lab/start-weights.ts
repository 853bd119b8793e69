/** Weights from a file that runs start from: read, held against each run's model, kept, and found again. */
import { createHash } from 'node:crypto'
import { LabError } from '../../shared/api/errors'
import type { StartFile } from '../../shared/api/lab-api'
import type { StoreApi } from '../../shared/api/store-api'
import type { PlannedRun } from '../../shared/experiments/kind'
import type { RunSpec } from '../../shared/experiments/run-spec'
import { weightsFrom, type Weights } from '../weights/model-tensors'
import { decodeTensors } from '../weights/safetensors'

/** What goes wrong with a file says which. @throws LabError `argument/invalid` */
function weightsOf(file: StartFile, model: RunSpec['model']): Weights {
  try {
    return weightsFrom(model, decodeTensors(file.bytes).tensors)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    throw new LabError(error.code, `${file.name}: ${error.message}`)
  }
}

/**
 * The runs of a plan, all of them starting from the weights of a file.
 * @throws LabError `argument/invalid` naming file and tensor where the weights are not those of a run's model
 */
export function startingFrom(file: StartFile, runs: readonly PlannedRun[]): PlannedRun[] {
  if (runs.length === 0) {
    throw new LabError('argument/invalid', `${file.name}: there is no run to start from it; older ones are asked`)
  }
  const checked = new Set<string>()
  for (const { spec } of runs) {
    const key = JSON.stringify(spec.model)
    if (!checked.has(key)) weightsOf(file, spec.model)
    checked.add(key)
  }
  const start = { sha256: sha256Of(file.bytes), file: file.name }
  return runs.map((run) => ({ ...run, spec: { ...run.spec, start } }))
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The first weights of a run that does not draw them. @throws LabError `snapshot/missing` where the store lost them */
export async function startWeights(
  store: Pick<StoreApi, 'readStartFile'>,
  spec: RunSpec,
): Promise<Weights | undefined> {
  if (!spec.start) return undefined
  const { sha256, file: name } = spec.start
  const bytes = await store.readStartFile({ sha256 })
  if (!bytes)
    throw new LabError('snapshot/missing', `The weights of ${name}, which this run starts from, are not there.`)
  return weightsOf({ name, bytes }, spec.model)
}
