/** From a run's spec to what the engine wants to know. */
import type { RunSpec } from '../../shared/experiments/run-spec'
import { precisionOf } from '../../shared/experiments/run-course'
import type { Layer } from '../../shared/models/model'
import { randomKey, type RandomKey } from '../../shared/random'
import type { SessionOptions } from '../engines/engine'

export function sessionOptions(spec: RunSpec): SessionOptions {
  const { model, loss, optimizer } = spec
  return { model, loss, optimizer, precision: precisionOf(spec) }
}

/** Where a layer drops. */
export function dropoutKey({ model, seed }: RunSpec): RandomKey | undefined {
  const drops = (layers: readonly Layer[]): boolean =>
    layers.some((layer) => layer.type === 'dropout' || (layer.type === 'residual' && drops(layer.layers)))
  return drops(model.layers) ? randomKey(seed, 'dropout') : undefined
}
