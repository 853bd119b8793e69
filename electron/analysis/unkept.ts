/**
 * What an analysis went along or found on its way without keeping it: the plane of a surface, the neighbours of a critical point, where the
 * ascents of sharpness started and the highest places that they found, its probes. All come again from snapshots and seeds, to the bit; the
 * ascents of sharpness take about half of the analysis.
 */
import { LabError } from '../../shared/api/errors'
import type { AnalysisSummary } from '../../shared/api/records'
import type { Snapshot, StoreApi } from '../../shared/api/store-api'
import type { SurfaceSpec } from '../../shared/analyses/error-surface'
import type { CriticalPointSpec } from '../../shared/analyses/critical-point'
import type { SharpnessSpec } from '../../shared/analyses/sharpness'
import { euclideanNorm } from '../../shared/math/vectors'
import type { Model } from '../../shared/models/model'
import type { SubjectRun } from './analysis'
import { neighbourRadius, unitDirections } from './critical-point'
import { sampleCount } from './evaluation'
import { ascentStart, highestPlace, placeAt, traceProbe } from './local-sharpness'
import { measuresOf } from './sharpness'
import { planeOf } from './surface-plane'
import { runSamples } from '../datasets/run-samples'
import { loadEngine } from '../engines/index'
import { tensorsOf } from '../weights/model-tensors'
import type { Tensor } from '../weights/safetensors'

export interface UnkeptSource {
  store: Pick<StoreApi, 'getRuns' | 'readSnapshot'>
  datasetFolders: string[]
}

/**
 * Nothing of an analysis that was stopped: which snapshots its part of a result rests on is not kept.
 * @throws LabError `snapshot/missing`; `dataset/missing`, `dataset/damaged` and `dataset/changed` where samples are needed
 */
export async function unkept(source: UnkeptSource, analysis: AnalysisSummary): Promise<Map<string, Tensor>> {
  if (!analysis.provenance) return new Map()
  switch (analysis.kind) {
    case 'error-surface':
      return planeTensors(analysis.spec as SurfaceSpec, await subjectsOf(source, analysis))
    case 'critical-point':
      return neighbourTensors(analysis.spec as CriticalPointSpec, await subjectsOf(source, analysis))
    case 'sharpness':
      return highestTensors(source, analysis, analysis.spec as SharpnessSpec, await subjectsOf(source, analysis))
    default:
      return new Map()
  }
}

/** Of one matrix of random vectors. */
const mostMatrixBytes = 2 ** 28

/** Vectors [P] as the rows of a matrix: the first so many that fit. */
function matrixOf(count: number, size: number, row: (index: number) => Float64Array): Tensor {
  const rows = Math.min(count, Math.floor(mostMatrixBytes / (8 * size)))
  const values = new Float64Array(rows * size)
  for (let index = 0; index < rows; index++) values.set(row(index), index * size)
  return { shape: [rows, size], values }
}

/** The runs with the snapshots that the result rests on. */
async function subjectsOf({ store }: UnkeptSource, { runIds, provenance }: AnalysisSummary): Promise<SubjectRun[]> {
  const runs = new Map((await store.getRuns({ runIds })).map((run) => [run.runId, run]))
  const subjects: SubjectRun[] = []
  for (const { runId, label, steps } of provenance!.runs) {
    const snapshots: Snapshot[] = []
    for (const step of steps) {
      const snapshot = await store.readSnapshot({ runId, step })
      if (!snapshot)
        throw new LabError(
          'snapshot/missing',
          `${label}: the weights that its analysis rests on are not there any more.`,
        )
      snapshots.push(snapshot)
    }
    subjects.push({ run: runs.get(runId)!, snapshots })
  }
  return subjects
}

/** Named as weights are; what is learned alone, so that directions have the same names as places. */
function named(path: string, model: Model, parameters: Float64Array, buffers?: Float64Array): [string, Tensor][] {
  const learned = buffers === undefined
  const weights = { parameters, buffers: buffers ?? new Float64Array(parameters.length) }
  return [...tensorsOf(model, weights)]
    .filter(([name]) => !learned || !/running_(?:mean|var)$/.test(name))
    .map(([name, tensor]) => [`${path}.${name}`, tensor])
}

/** weights = origin + Σ coordinate · direction; statistics of batch normalisation are those of the first run's end. */
function planeTensors(spec: SurfaceSpec, subjects: readonly SubjectRun[]): Map<string, Tensor> {
  const { origin, directions } = planeOf(spec, subjects)
  const { run, snapshots } = subjects[0]!
  const { model } = run.spec
  return new Map([
    ...named('origin', model, origin, snapshots.at(-1)!.buffers),
    ...directions.flatMap((direction, axis) => named(`directions.${axis}`, model, direction)),
  ])
}

/** The places whose loss was compared: weights + radius · direction, weights in the order of the model. */
function neighbourTensors(spec: CriticalPointSpec, subjects: readonly SubjectRun[]): Map<string, Tensor> {
  const { count } = spec.neighbours
  if (count === 0) return new Map()
  const weights = Float64Array.from(subjects[0]!.snapshots.at(-1)!.parameters)
  const radius = neighbourRadius(spec, euclideanNorm(weights))
  const direction = (row: number) => unitDirections(spec.seed, row, row + 1, weights.length)
  return new Map<string, Tensor>([
    ['neighbours.radius', { shape: [], values: Float64Array.of(radius) }],
    ['neighbours.directions', matrixOf(count, weights.length, direction)],
  ])
}

async function highestTensors(
  { datasetFolders }: UnkeptSource,
  { provenance }: AnalysisSummary,
  spec: SharpnessSpec,
  subjects: readonly SubjectRun[],
): Promise<Map<string, Tensor>> {
  const { run, snapshots } = subjects[0]!
  const { model, loss, optimizer } = run.spec
  const { parameters, buffers } = snapshots.at(-1)!
  const { training } = await runSamples(run.spec, datasetFolders, provenance!.runs[0]!.data?.sha256 ?? run.dataSha256)
  const engine = loadEngine()
  const session = engine.createSession({ model, loss, optimizer, precision: 'float64' })
  try {
    session.setSamples('training', training)
    const weights = Float64Array.from(parameters)
    session.setParameters(weights)
    if (buffers) session.setBuffers(buffers)
    const question = { set: 'training', samples: Math.min(spec.samples, sampleCount(training, run.spec)) } as const
    const tensors = new Map<string, Tensor>()
    tensors.set(
      'probes',
      matrixOf(spec.probes, weights.length, (row) => traceProbe(weights.length, spec.seed, row + 1)),
    )
    for (const [name, measure] of Object.entries(measuresOf(spec, model, weights))) {
      const around = { engine, session, question, weights, onStep: () => undefined, ...measure }
      const start = (row: number) => placeAt(around, ascentStart(around, spec.seed, row))
      tensors.set(`${name}.starts`, matrixOf(spec.ascent.starts, weights.length, start))
      const place = (await highestPlace(around, spec)).weights
      for (const [key, tensor] of named(`${name}.highest`, model, place, buffers)) tensors.set(key, tensor)
    }
    return tensors
  } finally {
    session.dispose()
  }
}
