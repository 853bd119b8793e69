/**
 * Projects the snapshots of trainings to their principal components, and evaluates each on the test set: the loss at exactly these weights,
 * also before the first step and within epochs, where training records none.
 */
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import type {
  LayerProjection,
  Projected,
  TrajectoryPoints,
  WeightTrajectoryQuestion,
  WeightTrajectoryResult,
} from '../../shared/analyses/weight-trajectory'
import { LabError } from '../../shared/api/errors'
import { GramMatrix, type Point } from '../../shared/math/gram'
import {
  coordinatesFromGram,
  coordinatesFromPoints,
  principalCoordinates,
  type PrincipalCoordinates,
} from '../../shared/math/pca'
import { randomWalks } from '../../shared/math/random-walk'
import { allFinite } from '../../shared/math/vectors'
import { parameterLayout, type LayerSlice } from '../../shared/models/model'
import { randomKey, RandomStream } from '../../shared/random'
import type { AnalysisContext, AnalysisOutcome, SubjectRun } from './analysis'
import { letOthersRun } from './stop'

type Context = AnalysisContext<WeightTrajectoryQuestion, WeightTrajectoryResult>

/** Components whose share of the variance is reported, and those with coordinates. */
const reported = 10
const drawn = 3
/** Coordinates between two looks at whether to go on. */
const slab = 1 << 14
/** What the projection is of all work, where snapshots are evaluated after it. */
const projectionShare = 0.3

interface Range {
  from: number
  to: number
}

function isSound({ snapshots }: SubjectRun): boolean {
  return snapshots.every(({ parameters }) => allFinite(parameters))
}

/** Runs whose ways can be drawn together, and those that cannot. @throws LabError where nothing is left. */
function sortRuns(runs: readonly SubjectRun[]): Pick<WeightTrajectoryResult, 'leftOut'> & { kept: SubjectRun[] } {
  const leftOut: WeightTrajectoryResult['leftOut'] = []
  const kept = runs.filter((subject) => {
    const { runId, label, status } = subject.run
    const reason =
      status === 'diverged' || !isSound(subject) ? 'diverged' : subject.snapshots.length < 2 ? 'one snapshot' : null
    if (reason) leftOut.push({ runId, label, reason })
    return reason === null
  })
  if (kept.length > 0) return { kept, leftOut }
  if (leftOut.every(({ reason }) => reason === 'diverged')) {
    throw new LabError('spec/invalid', 'All of these trainings diverged: there are no trajectories to project.')
  }
  const sound = leftOut.filter(({ reason }) => reason !== 'diverged').map(({ label }) => label)
  throw new LabError(
    'snapshot/missing',
    `Only one snapshot is left of ${sound.join(', ')}: a trajectory needs at least two. Train again with snapshots.`,
  )
}

function pointsOf(kept: readonly SubjectRun[]): TrajectoryPoints {
  const all = kept.flatMap(({ snapshots }, run) => snapshots.map(({ step, epoch }) => ({ run, step, epoch })))
  const unknown = () => new Float64Array(all.length).fill(NaN)
  return {
    run: Float64Array.from(all, ({ run }) => run),
    step: Float64Array.from(all, ({ step }) => step),
    epoch: Float64Array.from(all, ({ epoch }) => epoch),
    loss: unknown(),
    accuracy: unknown(),
  }
}

function rangesOf({ weightOffset, biasOffset, outputs }: LayerSlice, biases: boolean): Range {
  return { from: weightOffset, to: biases ? biasOffset + outputs : biasOffset }
}

const sizeOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { from, to }) => sum + to - from, 0)

/** The chosen coordinates of each point, for layers of few of them. */
function gathered(vectors: readonly Point[], ranges: readonly Range[]): Float64Array[] {
  const size = sizeOf(ranges)
  return vectors.map((vector) => {
    const chosen = new Float64Array(size)
    let at = 0
    for (const { from, to } of ranges) {
      chosen.set(vector.subarray(from, to), at)
      at += to - from
    }
    return chosen
  })
}

function shortened({ coordinates, explained, variance }: PrincipalCoordinates): Projected {
  const points = coordinates.length / reported
  return {
    coordinates: Float64Array.from({ length: points * drawn }, (_, i) => {
      return coordinates[Math.floor(i / drawn) * reported + (i % drawn)]!
    }),
    explained: variance === 0 ? [] : Array.from(explained.filter((share) => share > 0)),
  }
}

class Projector {
  readonly #vectors: Point[]
  readonly #slices: LayerSlice[]

  constructor(
    private readonly context: Context,
    private readonly kept: readonly SubjectRun[],
  ) {
    this.#vectors = kept.flatMap(({ snapshots }) => snapshots.map(({ parameters }) => parameters))
    this.#slices = parameterLayout(kept[0]!.run.spec.model)
  }

  /** The whole model, then the layers asked for. Each layer's part of the inner products is computed once, for both. */
  async projections(): Promise<LayerProjection[]> {
    const { layers, biases } = this.context.spec
    const all = this.#slices.map((slice) => rangesOf(slice, biases))
    const grams = await this.#grams(all)
    const whole = new Float64Array(this.#vectors.length ** 2)
    for (const gram of grams) for (let i = 0; i < whole.length; i++) whole[i]! += gram[i]!
    const projections = [this.#projection(null, all, whole, 0)]
    for (const layer of layers) {
      const index = this.#slices.findIndex(({ name }) => name === layer)
      await letOthersRun(this.context.signal)
      projections.push(this.#projection(layer, [all[index]!], grams[index]!, projections.length))
    }
    return projections
  }

  async #grams(ranges: readonly Range[]): Promise<Float64Array[]> {
    const size = sizeOf(ranges)
    const grams: Float64Array[] = []
    let done = 0
    for (const { from, to } of ranges) {
      const gram = new GramMatrix(this.#vectors)
      for (let start = from; start < to; start += slab) {
        const end = Math.min(to, start + slab)
        gram.add(start, end)
        done += end - start
        await letOthersRun(this.context.signal)
        this.context.progress((projectionShare * done) / size)
      }
      grams.push(gram.matrix())
    }
    return grams
  }

  #projection(layer: string | null, ranges: readonly Range[], gram: Float64Array, stream: number): LayerProjection {
    const size = this.#vectors.length
    const parameters = sizeOf(ranges)
    const found =
      parameters <= size
        ? coordinatesFromPoints(gathered(this.#vectors, ranges), reported)
        : coordinatesFromGram(gram, size, reported)
    const own = { layer, parameters, ...shortened(found) }
    const { randomWalk, seed } = this.context.spec
    if (!randomWalk || found.variance === 0) return own
    const lengths = this.kept.map(({ snapshots }) => snapshots.length)
    const random = new RandomStream(randomKey(seed, 'walk'), stream)
    const walks = randomWalks({ gram, lengths, dimensions: parameters }, random)
    return { ...own, randomWalk: shortened(principalCoordinates(walks, reported)) }
  }
}

/** What an earlier attempt evaluated, where it was asked about the same snapshots. */
function takeOver(points: TrajectoryPoints, previous: WeightTrajectoryResult | undefined): void {
  if (!previous || previous.points.step.length !== points.step.length) return
  points.loss.set(previous.points.loss)
  points.accuracy.set(previous.points.accuracy)
}

/** Fills in loss and accuracy of each snapshot, one run after the other, because each run has test samples of its own. */
async function evaluate(context: Context, kept: readonly SubjectRun[], result: WeightTrajectoryResult): Promise<void> {
  const { points } = result
  let index = 0
  for (const { run, snapshots } of kept) {
    const first = index
    index += snapshots.length
    if (points.loss.subarray(first, index).every((loss) => !Number.isNaN(loss))) continue
    const session = await context.createSession(run.runId, { threads: context.threads })
    try {
      for (const [i, { parameters, buffers }] of snapshots.entries()) {
        session.setParameters(parameters)
        if (buffers) session.setBuffers(buffers)
        const { loss, accuracy } = session.evaluate('test')
        points.loss[first + i] = loss
        points.accuracy[first + i] = accuracy
        context.progress(projectionShare + (1 - projectionShare) * ((first + i + 1) / points.step.length))
        await letOthersRun(context.signal)
      }
    } finally {
      session.dispose()
    }
    context.progress(projectionShare + (1 - projectionShare) * (index / points.step.length), result)
  }
}

function summarise({ projections, points, runs, leftOut }: WeightTrajectoryResult): AnalysisNumbers {
  const shares = ({ explained }: Projected): number[] => explained.slice(0, drawn)
  const numbers: Record<string, AnalysisNumbers[string]> = {
    explainedVariance: shares(projections[0]!),
    snapshots: points.step.length,
    trainings: runs.length,
    leftOut: leftOut.length,
    parameters: projections[0]!.parameters,
  }
  for (const { layer, randomWalk, ...projection } of projections) {
    if (layer !== null) numbers[`explainedVariance.${layer}`] = shares(projection)
    if (randomWalk) numbers[layer === null ? 'randomWalk' : `randomWalk.${layer}`] = shares(randomWalk)
  }
  return numbers
}

/**
 * @throws LabError `snapshot/missing` where no run has more than one snapshot left, `spec/invalid` where all diverged or all snapshots are
 * equal
 */
export async function analyseWeightTrajectory(context: Context): Promise<AnalysisOutcome<WeightTrajectoryResult>> {
  const { kept, leftOut } = sortRuns(context.runs)
  const points = pointsOf(kept)
  const projections = await new Projector(context, kept).projections()
  if (projections[0]!.explained.length === 0) {
    throw new LabError(
      'spec/invalid',
      `All ${points.step.length} snapshots are equal: nothing was learnt, and there is no variance to project.`,
    )
  }
  const runs = kept.map(({ run: { runId, label, seed } }) => ({ runId, label, seed }))
  const result: WeightTrajectoryResult = { runs, points, projections, leftOut }
  takeOver(points, context.previous)
  context.progress(projectionShare, result)
  await evaluate(context, kept, result)
  return { result, summary: summarise(result) }
}
