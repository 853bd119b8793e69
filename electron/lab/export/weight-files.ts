/** Writes the weights of runs into a folder: a safetensors file for each snapshot, with all that it takes to use them elsewhere. */
import { join } from 'node:path'
import { isLabError } from '../../../shared/api/errors'
import type { RunSummary, SnapshotInfo } from '../../../shared/api/records'
import type { StoreApi } from '../../../shared/api/store-api'
import { tensorsOf } from '../../weights/model-tensors'
import { encodeTensors } from '../../weights/safetensors'
import { dataIdentity, type DataIdentity } from '../../datasets/identity'
import { writeWhole } from './write-whole'

export interface WeightsExport {
  store: Pick<StoreApi, 'listSnapshots' | 'readSnapshot'>
  runs: readonly RunSummary[]
  /** Must be there. Files of other names in it are left alone. */
  folder: string
  datasetFolders: string[]
  /** Of Basin. */
  version: string
}

/** @returns the paths of what was written; empty where no run has weights. */
export async function exportWeights(request: WeightsExport): Promise<string[]> {
  const files: string[] = []
  for (const run of request.runs) {
    const snapshots = await request.store.listSnapshots({ runId: run.runId })
    if (snapshots.length === 0) continue
    const data = await identityOf(run, request.datasetFolders)
    // One at a time: all of them together may not fit into memory.
    for (const { step } of snapshots) {
      const path = join(request.folder, fileName(run, step, snapshots))
      if (await writeSnapshot(request, run, step, path, data)) files.push(path)
    }
  }
  return files
}

/** Steps of one run have the same number of digits, so that files sort in their order. */
function fileName({ runId }: RunSummary, step: number, snapshots: readonly SnapshotInfo[]): string {
  const digits = String(snapshots.at(-1)!.step).length
  return `${runId}-step${String(step).padStart(digits, '0')}.safetensors`
}

/** null where what it was trained on is no longer on this machine: the weights are worth having all the same. */
async function identityOf({ spec, dataSha256 }: RunSummary, datasetFolders: string[]): Promise<DataIdentity | null> {
  try {
    return await dataIdentity(spec, datasetFolders, dataSha256)
  } catch (error) {
    if (isLabError(error, 'dataset/missing') || isLabError(error, 'dataset/changed')) return null
    throw error
  }
}

async function writeSnapshot(
  { store, version }: WeightsExport,
  { runId, label, spec, dataSha256 }: RunSummary,
  step: number,
  path: string,
  data: DataIdentity | null,
): Promise<boolean> {
  const snapshot = await store.readSnapshot({ runId, step })
  if (!snapshot) return false
  const metadata = {
    format: 'pt',
    basin: version,
    run: runId,
    label,
    step: String(step),
    epoch: String(snapshot.epoch),
    spec: JSON.stringify(spec),
    data: JSON.stringify({ ...(data ?? spec.data), ...(dataSha256 && { dataset_sha256: dataSha256 }) }),
  }
  await writeWhole(path, encodeTensors({ tensors: tensorsOf(spec.model, snapshot), metadata }))
  return true
}
