/** A network of a run in words: each layer, the shape after it, and its parameters. */
import { layerText } from '../../shared/models/layer-text'
import {
  architectureLabel,
  inputShape,
  placedLayers,
  placedParameterCount,
  type Model,
} from '../../shared/models/model'
import { countOf } from '../../shared/text/format'
import { shapeText } from './model-words'

export interface NetworkLine {
  /** 'conv 16 3x3 pad 1' */
  text: string
  /** '16 × 32 × 32' */
  shape: string
  parameters: number
}

/** The input first, the output layer last. */
export function networkLines(model: Model): NetworkLine[] {
  const input = { text: 'input', shape: shapeText(inputShape(model)), parameters: 0 }
  return [
    input,
    ...placedLayers(model).map((placed) => ({
      text: layerText(placed.layer),
      shape: shapeText(placed.output),
      parameters: placedParameterCount(placed),
    })),
  ]
}

/** For tooltips: a chain of widths says all of a dense network; others have a line for each layer. */
export function networkTooltip(model: Model): string {
  if (model.layers.every((layer) => layer.type === 'dense')) return architectureLabel(model)
  return networkLines(model)
    .map(({ text, shape, parameters }) => {
      const count = parameters > 0 ? `, ${countOf(parameters, 'parameter')}` : ''
      return `${text}: ${shape}${count}`
    })
    .join('\n')
}
