/**
 * Spectral norms of the layers of a network: the largest singular value of a dense layer's matrix, of a convolution as the linear map that it
 * is on its input (with its stride and zero padding; it is not the norm of the kernel as a matrix), and of batch normalisation
 * by its running statistics, max |γ| / √(variance + ε). Activations and pooling count as 1, and a residual block x + f(x) as 1 + the
 * product of the norms in f, so that the product bounds how fast the network can change with its input.
 */
import type { LayerNorm } from '../../shared/analyses/sharpness'
import { parameterLayout, placedLayers, type LayerSlice, type Model, type PlacedLayer } from '../../shared/models/model'
import { RandomStream, randomKey } from '../../shared/random'
import type { Engine } from '../engines/engine'
import { convolutionMap, denseMap, type LinearMap } from './layer-operators'
import { spectrumEnds } from './lanczos'
import { letOthersRun } from './stop'

/** σ² has converged where its residual is this share of it; its own error is then of the order of the square. */
const tolerance = 1e-7
const mostSteps = 400

/** The largest singular value of a linear map. */
export async function spectralNorm(engine: Engine, map: LinearMap, seed: number, signal: AbortSignal): Promise<number> {
  const random = new RandomStream(randomKey(seed, 'probe'))
  // Of AᵀA and AAᵀ the smaller.
  const isWide = map.inputs > map.outputs
  const size = isWide ? map.outputs : map.inputs
  const apply = async (vector: Float64Array): Promise<Float64Array> => {
    await letOthersRun(signal)
    return isWide ? map.apply(map.applyTransposed(vector)) : map.applyTransposed(map.apply(vector))
  }
  const start = Float64Array.from({ length: size }, () => random.normal())
  const { largest } = await spectrumEnds(engine, { size, apply }, { start, steps: mostSteps, tolerance })
  return Math.sqrt(Math.max(0, largest))
}

interface NormParts {
  engine: Engine
  model: Model
  /** [P] */
  parameters: Float64Array
  /** Running means and variances [bufferCount]. */
  buffers: Float64Array
  seed: number
  signal: AbortSignal
}

class NormWalk {
  readonly #slices: Map<string, LayerSlice>
  readonly #norms: LayerNorm[] = []
  #buffersRead = 0

  constructor(private readonly parts: NormParts) {
    this.#slices = new Map(parameterLayout(parts.model).map((slice) => [slice.name, slice]))
  }

  async norms(): Promise<{ layerNorms: LayerNorm[]; product: number }> {
    const product = await this.#product(placedLayers(this.parts.model))
    return { layerNorms: this.#norms, product }
  }

  async #product(placed: readonly PlacedLayer[]): Promise<number> {
    let product = 1
    for (const entry of placed) {
      if (entry.layer.type === 'residual') product *= 1 + (await this.#product(entry.inner!))
      const slice = this.#slices.get(entry.name)
      if (!slice) continue
      const norm = await this.#norm(entry, slice)
      this.#norms.push({ layer: entry.name, norm })
      product *= norm
    }
    return product
  }

  #norm({ layer, input, output }: PlacedLayer, slice: LayerSlice): Promise<number> | number {
    const { engine, parameters, seed, signal } = this.parts
    const weights = parameters.subarray(slice.weightOffset, slice.biasOffset)
    if (layer.type === 'batch-norm') return this.#scale(weights, layer.epsilon)
    const map =
      layer.type === 'conv2d'
        ? convolutionMap(weights, layer, input, output)
        : denseMap(weights, slice.inputs, slice.outputs)
    return spectralNorm(engine, map, seed, signal)
  }

  #scale(gammas: Float64Array, epsilon: number): number {
    const variances = this.#buffersRead + gammas.length
    this.#buffersRead += 2 * gammas.length
    return gammas.reduce(
      (most, gamma, i) => Math.max(most, Math.abs(gamma) / Math.sqrt(this.parts.buffers[variances + i]! + epsilon)),
      0,
    )
  }
}

/** Of each layer with weights, and their product. */
export function spectralNorms(parts: NormParts): Promise<{ layerNorms: LayerNorm[]; product: number }> {
  return new NormWalk(parts).norms()
}
