/**
 * Networks as people write them: 784-128-10 and 1-9x7-1 for dense layers, conv 16 3x3, pool 2, dense 128 for others. Reading keeps what
 * went wrong in words for the field.
 */
import { layersText, namesLayers, parseLayers, type LayersResult } from '../../../shared/models/layer-text'
import { shapeSize, type Activation } from '../../../shared/models/model'
import { maxHiddenLayers, type NetworkEnds } from '../../../shared/experiments/model-groups'
import type { LayerDraft } from './draft'

export type ArchitectureResult = { widths: number[] } | { problem: string }

/** '1-5-10-5-1' */
export function architectureText(widths: readonly (number | string)[], { input, outputs }: NetworkEnds): string {
  return [shapeSize(input), ...widths.map((width) => (width === '' ? '?' : width)), outputs].join('-')
}

/**
 * The hidden widths of a chain that starts with the inputs and ends with the outputs. `9x7` stands for seven layers of nine units;
 * hyphens, dashes, arrows, commas and spaces separate.
 */
export function parseArchitecture(text: string, { input, outputs }: NetworkEnds): ArchitectureResult {
  const words = text
    .trim()
    .replace(/(\d)\s*[x×*]\s*(?=\d)/gi, '$1x')
    .split(/\s*(?:->|[-–—→,>\s])\s*/)
    .filter((word) => word !== '')
  const chain: number[] = []
  for (const word of words) {
    const match = /^(\d+)(?:x(\d+))?$/.exec(word)
    if (!match) return { problem: `“${word}” is not a number of units` }
    const units = Number(match[1])
    const times = match[2] === undefined ? 1 : Number(match[2])
    if (units < 1 || times < 1) return { problem: 'a layer has at least one unit' }
    if (chain.length + times > maxHiddenLayers + 2)
      return { problem: `at most ${maxHiddenLayers} hidden layers are possible` }
    for (let i = 0; i < times; i++) chain.push(units)
  }
  const inputSize = shapeSize(input)
  if (chain.length < 2 || chain[0] !== inputSize || chain.at(-1) !== outputs)
    return { problem: `must start with ${inputSize} (inputs) and end with ${outputs} (outputs)` }
  return { widths: chain.slice(1, -1) }
}

/** Dense layers as a chain, others by name. `activation`: what needs no word. */
export function networkText(hidden: readonly LayerDraft[], ends: NetworkEnds, activation: Activation | null): string {
  const widths = hidden.map((layer) => (layer.type === 'dense' ? layer.units : null))
  if (widths.every((width) => width !== null)) return architectureText(widths, ends)
  return layersText(hidden, activation ?? 'relu')
}

/** A chain of widths, or layers by name. */
export function parseNetwork(
  text: string,
  ends: NetworkEnds,
  activation: Activation | null,
): ArchitectureResult | LayersResult {
  return namesLayers(text) ? parseLayers(text, activation ?? 'relu') : parseArchitecture(text, ends)
}
