/**
 * A network's weights as tensors with the names and shapes that PyTorch gives them: layer0.weight, layer0.bias, and for batch
 * normalisation layer1.running_mean and layer1.running_var too.
 */
import { LabError } from '../../shared/api/errors'
import type { Snapshot } from '../../shared/api/store-api'
import { parameterLayout, type Model } from '../../shared/models/model'
import type { Tensor } from './safetensors'
import { namedAsModel } from './tensor-names'

export type Weights = Pick<Snapshot, 'parameters' | 'buffers'>

/** Where one tensor lies in the parameters or in the buffers. */
interface Place {
  name: string
  shape: readonly number[]
  of: 'parameters' | 'buffers'
  from: number
  to: number
}

function places(model: Model): Place[] {
  let buffer = 0
  return parameterLayout(model).flatMap(({ name, type, outputs, weightShape, weightOffset, biasOffset }): Place[] => {
    const shape = [outputs]
    const learned: Place[] = [
      { name: `${name}.weight`, shape: weightShape, of: 'parameters', from: weightOffset, to: biasOffset },
      { name: `${name}.bias`, shape, of: 'parameters', from: biasOffset, to: biasOffset + outputs },
    ]
    if (type !== 'batch-norm') return learned
    const from = buffer
    buffer += 2 * outputs
    return [
      ...learned,
      { name: `${name}.running_mean`, shape, of: 'buffers', from, to: from + outputs },
      { name: `${name}.running_var`, shape, of: 'buffers', from: from + outputs, to: buffer },
    ]
  })
}

/** Views into the weights, in the order of the forward pass. */
export function tensorsOf(model: Model, { parameters, buffers }: Weights): Map<string, Tensor> {
  return new Map(
    places(model).map(({ name, shape, of, from, to }) => {
      const source = of === 'parameters' ? parameters : buffers!
      return [name, { shape, values: source.subarray(from, to) }]
    }),
  )
}

/**
 * The weights of a model from tensors: in float64 if any is. Names may be PyTorch's own where they leave one way (`namedAsModel`).
 * @throws LabError `argument/invalid` naming the tensor that is missing, too many, of another shape or not finite
 */
export function weightsFrom(model: Model, given: ReadonlyMap<string, Tensor>): Weights {
  const all = places(model)
  const tensors = namedAsModel(all, given)
  const names = new Set(all.map(({ name }) => name))
  const unknown = [...tensors.keys()].find((name) => !names.has(name))
  if (unknown !== undefined) throw new LabError('argument/invalid', `tensor ${unknown} is not one of the model's`)
  const numbers = all.map((place) => checkTensor(place, tensors.get(place.name)))
  const isDouble = all.some(({ of }, i) => of === 'parameters' && numbers[i] instanceof Float64Array)
  const sizeOf = (which: Place['of']) => Math.max(0, ...all.filter(({ of }) => of === which).map(({ to }) => to))
  const parameters = new (isDouble ? Float64Array : Float32Array)(sizeOf('parameters'))
  const buffers = new Float64Array(sizeOf('buffers'))
  all.forEach(({ of, from }, i) => (of === 'parameters' ? parameters : buffers).set(numbers[i]!, from))
  return { parameters, ...(buffers.length > 0 && { buffers }) }
}

function checkTensor({ name, shape, of, from, to }: Place, tensor: Tensor | undefined): Tensor['values'] {
  const refuse = (reason: string): never => {
    throw new LabError('argument/invalid', `tensor ${name} ${reason}`)
  }
  if (!tensor) return refuse('is missing')
  if (tensor.shape.length !== shape.length || tensor.shape.some((extent, i) => extent !== shape[i])) {
    refuse(`has the shape [${tensor.shape.join(', ')}], but the model needs [${shape.join(', ')}]`)
  }
  if (tensor.values.length !== to - from) refuse('has another size than its shape says')
  const wrong = tensor.values.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) refuse(`is ${tensor.values[wrong]} at position ${wrong}`)
  if (of === 'buffers' && name.endsWith('running_var') && tensor.values.some((value) => value < 0))
    refuse('is negative')
  return tensor.values
}
