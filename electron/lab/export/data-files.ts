/**
 * What it takes to compute a run again elsewhere, as a safetensors file for each run and each analysis: samples as the network sees them,
 * first weights, every recorded series, every array of a result. Weights along the way are weight-files.ts.
 */
import { join } from 'node:path'
import { decode } from '../../../shared/api/codec'
import type { AnalysisSummary, RunSummary } from '../../../shared/api/records'
import type { StoreApi } from '../../../shared/api/store-api'
import { readSeriesInParts } from '../../../shared/experiments/in-parts'
import { recordedSeries } from '../../../shared/experiments/run-spec'
import { initialParameters } from '../../../shared/models/initialization'
import { bufferCount } from '../../../shared/models/model'
import { runSamples, type RunSamples } from '../../datasets/run-samples'
import { tensorsOf, type Weights } from '../../weights/model-tensors'
import { encodeTensors, type Tensor } from '../../weights/safetensors'
import { startWeights } from '../start-weights'
import { writeWhole } from './write-whole'

export interface DataExport {
  store: Pick<StoreApi, 'readSeries' | 'readResult' | 'readStartFile'>
  runs: readonly RunSummary[]
  analyses: readonly AnalysisSummary[]
  /** Must be there. Files of other names in it are left alone. */
  folder: string
  /** What a result does not hold, computed again (electron/analysis/unkept.ts); the command's own process does it, which ends with it. */
  unkept: (analysis: AnalysisSummary) => Promise<Tensors>
  datasetFolders: string[]
}

type Tensors = Map<string, Tensor>

/**
 * One file after the other, so that no more than one run is in memory.
 * @returns the paths
 * @throws LabError `dataset/missing`, `dataset/changed`; `snapshot/missing`
 */
export async function exportData(request: DataExport): Promise<string[]> {
  const files: string[] = []
  for (const run of request.runs) {
    const metadata = { run: run.runId, label: run.label, spec: JSON.stringify(run.spec) }
    files.push(await write(request.folder, `${run.runId}-data`, await tensorsOfRun(request, run), metadata))
  }
  for (const analysis of request.analyses) {
    const { analysisId, kind, label, spec } = analysis
    const bytes = await request.store.readResult({ analysisId })
    if (!bytes) continue
    const tensors: Tensors = new Map()
    addArrays(tensors, '', decode(bytes))
    for (const [name, tensor] of await request.unkept(analysis)) tensors.set(name, tensor)
    const metadata = {
      analysis: analysisId,
      kind,
      label,
      spec: JSON.stringify(spec),
      runs: JSON.stringify(analysis.runIds),
    }
    files.push(await write(request.folder, `${analysisId}-data`, tensors, metadata))
  }
  return files
}

async function tensorsOfRun({ store, datasetFolders }: DataExport, run: RunSummary): Promise<Tensors> {
  const { runId, spec, dataSha256 } = run
  const tensors: Tensors = new Map()
  const { training, test } = await runSamples(spec, datasetFolders, dataSha256)
  addSamples(tensors, 'training', training, spec.model.inputSize)
  addSamples(tensors, 'test', test, spec.model.inputSize)
  const first = (await startWeights(store, spec)) ?? firstWeights(run)
  for (const [name, tensor] of tensorsOf(spec.model, first)) tensors.set(`first.${name}`, tensor)
  const all = await readSeriesInParts(store, { runIds: [runId], names: recordedSeries([run.series]) })
  for (const { name, data } of all) addArrays(tensors, `series.${name}`, data)
  return tensors
}

function addSamples(
  tensors: Tensors,
  set: string,
  { inputs, values, labels, indices }: RunSamples['test'],
  inputSize: number,
): void {
  const count = inputs.length / inputSize
  tensors.set(`${set}.inputs`, { shape: [count, inputSize], values: inputs })
  if (values) tensors.set(`${set}.targets`, { shape: [count, values.length / count], values })
  if (labels) tensors.set(`${set}.labels`, { shape: [count], values: Float32Array.from(labels) })
  // Float32 has not all whole numbers.
  if (indices) tensors.set(`${set}.indices`, { shape: [count], values: Float64Array.from(indices) })
}

/** Drawn from the seed; batch normalisation begins with means of 0 and variances of 1. */
function firstWeights({ spec: { model, seed } }: RunSummary): Weights {
  const parameters = initialParameters(model, seed)
  const buffers = new Float64Array(bufferCount(model))
  const weights = { parameters, buffers }
  for (const [name, { values }] of tensorsOf(model, weights)) if (name.endsWith('running_var')) values.fill(1)
  return weights
}

/** Every array of numbers in a value, and every number, by the keys that lead to it. */
function addArrays(tensors: Tensors, path: string, value: unknown): void {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`)
  if (typeof value === 'number') tensors.set(path, { shape: [], values: Float64Array.of(value) })
  else if (value instanceof Float32Array || value instanceof Float64Array)
    tensors.set(path, { shape: [value.length], values: value })
  else if (ArrayBuffer.isView(value) && Symbol.iterator in value) {
    const values = Float64Array.from(value as unknown as Iterable<number>)
    tensors.set(path, { shape: [values.length], values })
  } else if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number')) {
    tensors.set(path, { shape: [value.length], values: Float64Array.from(value) })
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) addArrays(tensors, at(key), inner)
}

async function write(
  folder: string,
  name: string,
  tensors: Tensors,
  metadata: Record<string, string>,
): Promise<string> {
  const path = join(folder, `${name}.safetensors`)
  await writeWhole(path, encodeTensors({ tensors, metadata: { format: 'pt', ...metadata } }))
  return path
}
