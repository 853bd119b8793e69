/**
 * The loss on a line or a plane through weights, coarse first and then finer, and along the way that led there. Goes on where an earlier
 * attempt was stopped.
 */
import {
  strideIndices,
  surfaceStrides,
  type SurfacePoint,
  type SurfaceResult,
  type SurfaceSpec,
} from '../../shared/analyses/error-surface'
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import { datasets } from '../../shared/data/datasets'
import { plotGridSize } from '../../shared/data/function-data'
import { trainingSize, type RunSpec } from '../../shared/experiments/run-spec'
import { bufferCount, flopsPerSample } from '../../shared/models/model'
import type { CurvatureQuestion } from '../engines/curvature'
import type { AnalysisContext, AnalysisOutcome, SubjectRun } from './analysis'
import { requireFinite } from './critical-point'
import { LossAtPlaces, mixedBuffers, type Placing } from './loss-at-places'
import { planeOf, project, type Plane } from './surface-plane'

type Context = AnalysisContext<SurfaceSpec, SurfaceResult>

/** A call into the core takes about a tenth of a second on one core, so that stopping and progress are never far. */
const flopsPerCall = 5e8
const mostPlacesPerCall = 256
const partialEveryMs = 1000
/** Of the work. */
const pointsShare = 0.05

/** Samples of the set, as far as the spec says. */
function setSize({ data, ...rest }: RunSpec, set: SurfaceSpec['set']): number {
  if (set === 'training') return trainingSize({ data, ...rest })
  return data.type === 'function' ? plotGridSize : (data.testSize ?? datasets[data.dataset].testSize)
}

function questionOf(spec: SurfaceSpec, run: RunSpec): CurvatureQuestion {
  const { set, samples } = spec
  return { set, ...(samples !== undefined && samples < setSize(run, set) ? { samples } : {}) }
}

/** Weights of the three (or two) runs at a place of the plane through them, summing to 1. */
function sharesOfRuns(plane: Plane, ends: readonly number[][]): (coordinates: readonly number[]) => number[] {
  const [, b, c] = ends
  if (!c) return ([x]) => [1 - x! / b![0]!, x! / b![0]!]
  return ([x, y]) => {
    const third = y! / c[1]!
    const second = (x! - third * c[0]!) / b![0]!
    return [1 - second - third, second, third]
  }
}

function placingOf(spec: SurfaceSpec, plane: Plane, runs: readonly SubjectRun[]): Placing {
  const { model } = runs[0]!.run.spec
  const placing: Placing = { question: questionOf(spec, runs[0]!.run.spec), ...plane }
  if (spec.directions !== 'runs' || bufferCount(model) === 0) return placing
  const last = runs.map(({ snapshots }) => snapshots.at(-1)!)
  const ends = last.map(({ parameters }) => project(plane, parameters).coordinates)
  const shares = sharesOfRuns(plane, ends)
  const buffers = last.map((snapshot) => snapshot.buffers!)
  return { ...placing, buffersAt: (coordinates) => mixedBuffers(model, buffers, shares(coordinates)) }
}

/** The way of one run, or the ends of several: where they lie on the plane and what the loss is there. */
async function pointsOf(
  { spec, runs, progress }: Context,
  plane: Plane,
  placing: Placing,
  losses: LossAtPlaces,
): Promise<SurfacePoint[]> {
  const shown =
    spec.directions === 'runs'
      ? runs.map(({ run, snapshots }) => ({ label: run.label, snapshot: snapshots.at(-1)! }))
      : runs[0]!.snapshots.map((snapshot) => ({ label: runs[0]!.run.label, snapshot }))
  const points: SurfacePoint[] = []
  let done = 0
  await losses.share([...shown.entries()], 1, async ([entry], worker) => {
    const [index, { label, snapshot }] = entry!
    const { step, epoch, parameters, buffers } = snapshot
    const { coordinates, distance } = project(plane, parameters)
    const [planeLoss] = await losses.at(worker, placing, [coordinates])
    const trueLoss = await losses.of(worker, placing.question, parameters, buffers)
    points[index] = { label, step, epoch, coordinates, trueLoss, planeLoss: planeLoss!, distance }
    progress((pointsShare * ++done) / shown.length)
  })
  return points
}

/** Positions in the values of all places of a stride that are not there yet. */
function missing(values: Float64Array, resolution: number, axes: number, stride: number): number[] {
  const indices = strideIndices(resolution, stride)
  const rows = axes === 2 ? indices : [0]
  return rows.flatMap((row) =>
    indices.map((column) => row * resolution + column).filter((at) => Number.isNaN(values[at]!)),
  )
}

/** An earlier attempt at the same places, or places without values. */
function startingValues({ previous, spec }: Context, { axes }: Plane): Float64Array {
  const size = spec.resolution ** axes.length
  const isSame =
    previous?.values.length === size &&
    previous.axes.every(({ coordinates }, k) => coordinates.every((value, i) => value === axes[k]!.coordinates[i]))
  return isSame ? Float64Array.from(previous!.values) : new Float64Array(size).fill(NaN)
}

/** Fills in the values at all places of the strides, coarse to fine. */
async function compute(
  { spec, runs, progress }: Context,
  result: SurfaceResult,
  placing: Placing,
  losses: LossAtPlaces,
): Promise<void> {
  const { axes, values } = result
  const run = runs[0]!.run.spec
  const samples = placing.question.samples ?? setSize(run, spec.set)
  // Forward alone is a third of a training step.
  const perCall = Math.min(mostPlacesPerCall, Math.ceil(flopsPerCall / ((flopsPerSample(run.model) / 3) * samples)))
  const coordinatesAt = (at: number): number[] =>
    axes.map(({ coordinates }, k) => coordinates[k === 0 ? at % spec.resolution : Math.floor(at / spec.resolution)]!)
  let done = values.filter((value) => !Number.isNaN(value)).length
  const share = (): number => pointsShare + ((1 - pointsShare) * done) / values.length
  let reported = performance.now()
  for (const stride of surfaceStrides(spec.resolution)) {
    await losses.share(missing(values, spec.resolution, axes.length, stride), perCall, async (places, worker) => {
      const found = await losses.at(worker, placing, places.map(coordinatesAt))
      places.forEach((at, i) => (values[at] = found[i]!))
      done += places.length
      const isPartial = performance.now() - reported > partialEveryMs
      if (isPartial) reported = performance.now()
      progress(share(), isPartial ? result : undefined)
    })
    result.stride = stride
    if (stride > 1) progress(share(), result)
  }
}

/** How much higher the loss gets on the line between two runs than a straight line between their losses (Frankle et al. 2020). */
function barrier({ axes, values, points }: SurfaceResult): number {
  const [from, to] = points.map(({ trueLoss }) => trueLoss) as [number, number]
  return [...axes[0]!.coordinates].reduce(
    (most, x, i) => (x >= 0 && x <= 1 ? Math.max(most, values[i]! - ((1 - x) * from + x * to)) : most),
    0,
  )
}

export function surfaceSummary(result: SurfaceResult): AnalysisNumbers {
  const { axes, values, points, directions } = result
  const finite = values.filter(Number.isFinite)
  const extreme = (better: (a: number, b: number) => number): number | null =>
    finite.length > 0 ? finite.reduce((a, b) => better(a, b)) : null
  const explained = axes.flatMap((axis) => (axis.explained === null ? [] : [axis.explained]))
  return {
    minimum: extreme(Math.min),
    maximum: extreme(Math.max),
    size: axes.map(({ coordinates }) => coordinates.length),
    loss: points.at(-1)?.trueLoss ?? null,
    ...(explained.length > 0 ? { explainedVariance: explained } : {}),
    ...(directions === 'runs' && axes.length === 1 ? { barrier: barrier(result) } : {}),
  }
}

export async function analyseErrorSurface(context: Context): Promise<AnalysisOutcome<SurfaceResult>> {
  const { spec, runs } = context
  runs.forEach(requireFinite)
  const plane = planeOf(spec, runs)
  const placing = placingOf(spec, plane, runs)
  const losses = await LossAtPlaces.open(context, runs[0]!)
  try {
    const points = await pointsOf(context, plane, placing, losses)
    const values = startingValues(context, plane)
    const result: SurfaceResult = { directions: spec.directions, axes: plane.axes, values, stride: 0, points }
    await compute(context, result, placing, losses)
    return { result, summary: surfaceSummary(result) }
  } finally {
    losses.dispose()
  }
}
