/**
 * Means and variances of batch normalisation taken anew for any weights: those of the whole training set, layer by layer, each with the
 * layers before it normalised by theirs. It is what a training step over the whole set as one batch would normalise by.
 */
import type { RunSpec } from '../../shared/experiments/run-spec'
import {
  bufferCount,
  parameterCount,
  placedLayers,
  shapeSize,
  type Layer,
  type Model,
  type Shape,
} from '../../shared/models/model'
import type { EngineSession, Samples } from '../engines/engine'
import type { AnalysisContext } from './analysis'
import { samplePieces } from './evaluation'
import { letOthersRun } from './stop'

/** What comes before one batch normalisation. */
interface Prefix {
  layers: Layer[]
  /** Of what it normalises. */
  shape: Shape
}

/** In the order of the layers; those within a residual block see the block's input through the layers before them in it. */
function prefixesOf(model: Model): Prefix[] {
  const placed = placedLayers(model)
  return placed.flatMap(({ layer, input, inner }, index): Prefix[] => {
    const before = model.layers.slice(0, index)
    if (layer.type === 'batch-norm') return [{ layers: before, shape: input }]
    if (layer.type !== 'residual') return []
    return inner!.flatMap((within, position): Prefix[] =>
      within.layer.type === 'batch-norm'
        ? [{ layers: [...before, ...layer.layers.slice(0, position)], shape: within.input }]
        : [],
    )
  })
}

/** Mean and sum of squared deviations of each channel, joined batch by batch (Chan, Golub and LeVeque 1979). */
class ChannelMoments {
  #count = 0
  readonly means: Float64Array
  readonly #squares: Float64Array

  constructor(
    private readonly channels: number,
    private readonly pixels: number,
  ) {
    this.means = new Float64Array(channels)
    this.#squares = new Float64Array(channels)
  }

  /** @param values [N, channels, pixels] */
  add(values: Float32Array): void {
    const { channels, pixels } = this
    const width = channels * pixels
    const here = (values.length / width) * pixels
    for (let channel = 0; channel < channels; channel++) {
      const first = channel * pixels
      let sum = 0
      for (let start = first; start < values.length; start += width) {
        for (let i = start; i < start + pixels; i++) sum += values[i]!
      }
      const mean = sum / here
      let squares = 0
      for (let start = first; start < values.length; start += width) {
        for (let i = start; i < start + pixels; i++) squares += (values[i]! - mean) ** 2
      }
      const step = mean - this.means[channel]!
      const all = this.#count + here
      this.#squares[channel]! += squares + (step ** 2 * this.#count * here) / all
      this.means[channel]! += (step * here) / all
    }
    this.#count += here
  }

  /** Of these samples, not an estimate from them. */
  variances(): Float64Array {
    return this.#squares.map((squares) => squares / this.#count)
  }
}

export class BatchNormStatistics {
  readonly #stages: { prefix: Prefix; session: EngineSession | null; parameters: number; buffers: number }[]
  readonly #pieces: Samples[]

  constructor(
    private readonly context: Pick<AnalysisContext<unknown, unknown>, 'engine' | 'threads' | 'signal'>,
    private readonly run: RunSpec,
    training: Samples,
  ) {
    const { model, optimizer, precision } = run
    this.#pieces = samplePieces(training, run)
    this.#stages = prefixesOf(model).map((prefix) => {
      // What comes in is normalised itself.
      if (prefix.layers.length === 0) return { prefix, session: null, parameters: 0, buffers: 0 }
      const before: Model = { ...model, layers: prefix.layers }
      const session = context.engine.createSession({
        model: before,
        loss: 'mean-squared-error',
        optimizer,
        threads: context.threads,
        ...(precision && { precision }),
      })
      return { prefix, session, parameters: parameterCount(before), buffers: bufferCount(before) }
    })
  }

  /**
   * Means and variances [bufferCount] for these weights [P].
   * @throws LabError `engine/canceled` after a stop
   */
  async estimate(parameters: Float32Array | Float64Array): Promise<Float64Array> {
    const buffers = new Float64Array(bufferCount(this.run.model))
    let done = 0
    for (const { prefix, session, parameters: count, buffers: known } of this.#stages) {
      const [channels] = prefix.shape
      const moments = new ChannelMoments(channels, shapeSize(prefix.shape) / channels)
      session?.setParameters(parameters.subarray(0, count))
      if (known > 0) session!.setBuffers(buffers.subarray(0, known))
      for (const { inputs } of this.#pieces) {
        moments.add(session ? session.predict(inputs) : inputs)
        await letOthersRun(this.context.signal)
      }
      buffers.set(moments.means, done)
      buffers.set(moments.variances(), done + channels)
      done += 2 * channels
    }
    return buffers
  }

  dispose(): void {
    for (const { session } of this.#stages) session?.dispose()
  }
}
