/** Layers with weights as the linear maps that they are, without bias and activation: A x and Aᵀ y, in float64. */
import type { Conv2dLayer } from '../../shared/models/layers'
import { shapeSize, type Shape } from '../../shared/models/model'

export interface LinearMap {
  inputs: number
  outputs: number
  /** [inputs] → [outputs] */
  apply(x: Float64Array): Float64Array
  /** The transposed: [outputs] → [inputs] */
  applyTransposed(y: Float64Array): Float64Array
}

/** @param weights [outputs, inputs] */
export function denseMap(weights: Float64Array, inputs: number, outputs: number): LinearMap {
  return {
    inputs,
    outputs,
    apply: (x) =>
      Float64Array.from({ length: outputs }, (_, row) => {
        let sum = 0
        for (let i = 0, at = row * inputs; i < inputs; i++, at++) sum += weights[at]! * x[i]!
        return sum
      }),
    applyTransposed: (y) => {
      const x = new Float64Array(inputs)
      for (let row = 0; row < outputs; row++) {
        for (let i = 0, at = row * inputs; i < inputs; i++, at++) x[i]! += weights[at]! * y[row]!
      }
      return x
    },
  }
}

/** First and last step of a window for which an offset in it lies within `length` numbers. */
function stepsWithin(offset: number, stride: number, length: number, steps: number): [first: number, last: number] {
  return [Math.max(0, Math.ceil(-offset / stride)), Math.min(steps - 1, Math.floor((length - 1 - offset) / stride))]
}

/**
 * A convolution over an input of this shape, with its stride and zero padding.
 * @param weights [filters, channels, kernel height, kernel width]
 */
export function convolutionMap(weights: Float64Array, layer: Conv2dLayer, input: Shape, output: Shape): LinearMap {
  const [channels, height, width] = input
  const [filters, rows, columns] = output
  const { kernel, stride, padding } = layer
  /** Calls `each` with a weight and the runs of outputs and inputs that it joins; inputs are `stride` apart. */
  const walk = (each: (weight: number, from: number, to: number, length: number) => void): void => {
    let at = 0
    for (let filter = 0; filter < filters; filter++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let ky = 0; ky < kernel[0]; ky++) {
          const [firstRow, lastRow] = stepsWithin(ky - padding[0], stride[0], height, rows)
          for (let kx = 0; kx < kernel[1]; kx++) {
            const [first, last] = stepsWithin(kx - padding[1], stride[1], width, columns)
            const weight = weights[at++]!
            for (let row = firstRow; row <= lastRow; row++) {
              const y = row * stride[0] + ky - padding[0]
              const x = first * stride[1] + kx - padding[1]
              each(
                weight,
                (channel * height + y) * width + x,
                (filter * rows + row) * columns + first,
                last - first + 1,
              )
            }
          }
        }
      }
    }
  }
  const step = stride[1]
  return {
    inputs: shapeSize(input),
    outputs: shapeSize(output),
    apply: (x) => {
      const y = new Float64Array(shapeSize(output))
      walk((weight, from, to, length) => {
        for (let i = 0; i < length; i++) y[to + i]! += weight * x[from + i * step]!
      })
      return y
    },
    applyTransposed: (y) => {
      const x = new Float64Array(shapeSize(input))
      walk((weight, from, to, length) => {
        for (let i = 0; i < length; i++) x[from + i * step]! += weight * y[to + i]!
      })
      return x
    },
  }
}
