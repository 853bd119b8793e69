/**
 * Loss and accuracy over both sample sets of a run, for any weights. Piece by piece, as evaluating holds up the process: so a stop is never
 * far away.
 */
import type { RunSpec } from '../../shared/experiments/run-spec'
import { flopsPerSample } from '../../shared/models/model'
import type { RunSamples } from '../datasets/run-samples'
import type { EngineSession, Evaluation, Samples, SampleSet } from '../engines/engine'
import type { AnalysisContext } from './analysis'
import { letOthersRun } from './stop'

/** A fraction of a second on one core of a slow machine. */
const flopsPerPiece = 2e9

export function sampleCount({ inputs }: Samples, { model }: Pick<RunSpec, 'model'>): number {
  return inputs.length / model.inputSize
}

/** Samples in parts that the network takes little time for; views of the same numbers. */
export function samplePieces(samples: Samples, { model }: Pick<RunSpec, 'model'>): Samples[] {
  const count = sampleCount(samples, { model })
  // Forward alone is a third of a training step.
  const size = Math.max(1, Math.floor(flopsPerPiece / Math.max(1, flopsPerSample(model) / 3)))
  const { inputs, values, labels } = samples
  const part = <T extends Float32Array | Uint8Array>(array: T, from: number): T => {
    const width = array.length / count
    return array.subarray(from * width, Math.min(count, from + size) * width) as T
  }
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => ({
    inputs: part(inputs, index * size),
    ...(values && { values: part(values, index * size) }),
    ...(labels && { labels: part(labels, index * size) }),
  }))
}

export class Evaluator {
  readonly #session: EngineSession
  readonly #pieces: Record<SampleSet, Samples[]>
  readonly #loaded: Partial<Record<SampleSet, Samples>> = {}

  /** In the precision that the run was trained in. */
  constructor(
    private readonly context: Pick<AnalysisContext<unknown, unknown>, 'engine' | 'threads' | 'signal'>,
    private readonly run: RunSpec,
    { training, test }: RunSamples,
  ) {
    const { model, loss, optimizer, precision } = run
    const { threads } = context
    this.#session = context.engine.createSession({ model, loss, optimizer, threads, ...(precision && { precision }) })
    this.#pieces = { training: samplePieces(training, run), test: samplePieces(test, run) }
  }

  /**
   * Means over all samples of a set; the loss is Infinity where it is no finite number.
   * @param parameters [P]
   * @param buffers running statistics [bufferCount], where the network has any
   * @throws LabError `engine/canceled` after a stop
   */
  async evaluate(set: SampleSet, parameters: Float32Array | Float64Array, buffers?: Float64Array): Promise<Evaluation> {
    this.#session.setParameters(parameters)
    if (buffers) this.#session.setBuffers(buffers)
    const sum = { loss: 0, accuracy: 0, count: 0 }
    for (const piece of this.#pieces[set]) {
      if (this.#loaded[set] !== piece) this.#session.setSamples(set, piece)
      this.#loaded[set] = piece
      const count = sampleCount(piece, this.run)
      const { loss, accuracy } = this.#session.evaluate(set)
      sum.loss += count * loss
      sum.accuracy += count * accuracy
      sum.count += count
      await letOthersRun(this.context.signal)
    }
    const loss = sum.loss / sum.count
    return { loss: Number.isFinite(loss) ? loss : Infinity, accuracy: sum.accuracy / sum.count }
  }

  dispose(): void {
    this.#session.dispose()
  }
}
