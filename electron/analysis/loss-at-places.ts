/** Losses at many places on a plane: several sessions that share their samples, each with a thread of its own. In float64. */
import type { AnalysisContext, SubjectRun } from './analysis'
import type { CurvatureQuestion } from '../engines/curvature'
import type { EngineSession } from '../engines/engine'
import { bufferCount, parameterLayout, type Model } from '../../shared/models/model'

/** What is asked, from where. K directions. */
export interface Placing {
  question: CurvatureQuestion
  /** [P] */
  origin: Float64Array
  /** [K] of [P] */
  directions: readonly Float64Array[]
  /** Running statistics of batch normalisation at a place; absent: those of the end of the run everywhere. */
  buffersAt?: (coordinates: readonly number[]) => Float64Array
}

/** Running statistics mixed by weights that sum to 1. Beyond the ends a variance might get negative; it stays at zero. */
export function mixedBuffers(model: Model, buffers: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const mixed = new Float64Array(bufferCount(model))
  buffers.forEach((one, k) => one.forEach((value, i) => (mixed[i]! += weights[k]! * value)))
  let offset = 0
  for (const { type, outputs } of parameterLayout(model)) {
    if (type !== 'batch-norm') continue
    for (let i = offset + outputs; i < offset + 2 * outputs; i++) mixed[i] = Math.max(0, mixed[i]!)
    offset += 2 * outputs
  }
  return mixed
}

export class LossAtPlaces {
  readonly #sessions: EngineSession[] = []
  readonly #stop = () => this.#sessions.forEach((session) => session.stop())

  private constructor(
    private readonly context: Pick<AnalysisContext<unknown, unknown>, 'signal'>,
    private readonly endBuffers: Float64Array,
  ) {
    context.signal.addEventListener('abort', this.#stop)
  }

  /** @throws LabError `dataset/missing` */
  static async open(
    context: Pick<AnalysisContext<unknown, unknown>, 'engine' | 'createSession' | 'signal' | 'threads'>,
    { run }: SubjectRun,
  ): Promise<LossAtPlaces> {
    const first = await context.createSession(run.runId, { precision: 'float64', threads: 1 })
    const losses = new LossAtPlaces(context, first.getBuffers())
    losses.#sessions.push(first)
    const { model, loss, optimizer } = run.spec
    while (losses.#sessions.length < context.threads) {
      const session = context.engine.createSession({ model, loss, optimizer, precision: 'float64' })
      session.shareSamples('training', first)
      session.shareSamples('test', first)
      losses.#sessions.push(session)
    }
    return losses
  }

  /** Calls `work` for pieces of a list, as many at a time as there are workers. */
  async share<T>(
    items: readonly T[],
    size: number,
    work: (piece: T[], worker: number) => Promise<void>,
  ): Promise<void> {
    const perTurn = Math.max(1, Math.min(size, Math.ceil(items.length / this.#sessions.length)))
    let next = 0
    const takeTurns = async (_: unknown, worker: number): Promise<void> => {
      while (next < items.length) await work(items.slice(next, (next += perTurn)), worker)
    }
    await Promise.all(this.#sessions.map(takeTurns))
  }

  /**
   * Losses [n] at some places by one of the workers; what is no finite number is Infinity.
   * @param places n of [K]
   */
  async at(worker: number, placing: Placing, places: readonly (readonly number[])[]): Promise<Float64Array> {
    const { question, origin, directions, buffersAt } = placing
    const session = this.#sessions[worker]!
    const flat = new Float64Array(directions.length * origin.length)
    directions.forEach((direction, axis) => flat.set(direction, axis * origin.length))
    session.setParameters(origin)
    const losses = new Float64Array(places.length)
    // Running statistics belong to a session, so places that differ in them are asked one by one.
    const groups = buffersAt ? places.map((place) => [place]) : [places]
    let done = 0
    for (const group of groups) {
      session.setBuffers(buffersAt ? buffersAt(group[0]!) : this.endBuffers)
      const coordinates = Float64Array.from(group.flat())
      const found = await session.curvature.losses(question, { directions: flat, coordinates })
      losses.set(found, done)
      done += group.length
    }
    return losses.map((loss) => (Number.isFinite(loss) ? loss : Infinity))
  }

  /** Loss of weights with their own running statistics. */
  async of(
    worker: number,
    question: CurvatureQuestion,
    parameters: Float32Array | Float64Array,
    buffers?: Float64Array,
  ): Promise<number> {
    const origin = Float64Array.from(parameters)
    const directions = [new Float64Array(origin.length)]
    const own = buffers ?? this.endBuffers
    const [loss] = await this.at(worker, { question, origin, directions, buffersAt: () => own }, [[0]])
    return loss!
  }

  dispose(): void {
    this.context.signal.removeEventListener('abort', this.#stop)
    for (const session of this.#sessions) session.dispose()
  }
}
