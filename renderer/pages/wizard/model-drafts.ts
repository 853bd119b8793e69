/** Making, copying and counting the models of a draft; their layers are layer-drafts.ts. No DOM. */
import { toRaw } from 'vue'
import { networkOf, type NetworkEnds } from '../../../shared/experiments/model-groups'
import { layerIssues, parameterCount, type Activation } from '../../../shared/models/model'
import type { LayerDraft, ModelDraft } from './draft'
import { commonActivation, layersOf } from './layer-drafts'

const keys = new WeakMap<object, number>()
let nextKey = 1

/** Stays with a model while it is edited and moved. */
export function modelKey(model: ModelDraft): number {
  const raw = toRaw(model)
  const key = keys.get(raw) ?? nextKey++
  keys.set(raw, key)
  return key
}

/** Parameters with the output layer; null while a layer is none, or does not fit. */
export function draftParameterCount(model: ModelDraft, ends: NetworkEnds): number | null {
  const hidden = layersOf(model.hidden)
  if (!hidden) return null
  const network = networkOf({ hidden, initialization: model.initialization }, ends)
  return layerIssues(network).length > 0 ? null : parameterCount(network)
}

/** A label that no other model has: 'Deep', 'Deep 2', 'Deep 3'. */
export function freeLabel(wanted: string, models: readonly ModelDraft[]): string {
  const taken = new Set(models.map((model) => model.label))
  if (!taken.has(wanted)) return wanted
  const stem = wanted.replace(/ \d+$/, '')
  for (let number = 2; ; number++) if (!taken.has(`${stem} ${number}`)) return `${stem} ${number}`
}

export function denseDrafts(widths: readonly number[], activation: Activation): LayerDraft[] {
  return widths.map((units) => ({ type: 'dense', units, activation }))
}

/** One hidden layer of 32 units, with the activation that the others use. */
export function newModel(models: readonly ModelDraft[]): ModelDraft {
  const activation = models[0] && commonActivation(models[0])
  return modelWith(`Model ${models.length + 1}`, denseDrafts([32], activation ?? 'relu'), models)
}

/** A further model of these layers. */
export function modelWith(label: string, hidden: readonly LayerDraft[], models: readonly ModelDraft[]): ModelDraft {
  return {
    label: freeLabel(label, models),
    hidden: JSON.parse(JSON.stringify(hidden)) as LayerDraft[],
    initialization: models[0]?.initialization ?? 'pytorch',
  }
}

export function duplicateModel(model: ModelDraft, models: readonly ModelDraft[]): ModelDraft {
  const copy = JSON.parse(JSON.stringify(model)) as ModelDraft
  return { ...copy, label: freeLabel(model.label, models) }
}

/** New widths; layers that were there keep their activation, new ones get that of the last. */
export function withWidths(hidden: readonly LayerDraft[], widths: readonly number[]): LayerDraft[] {
  const before = hidden.filter((layer) => layer.type === 'dense')
  const last = before.at(-1)?.activation ?? 'relu'
  return widths.map((units, index) => ({ type: 'dense', units, activation: before[index]?.activation ?? last }))
}

/** 'equal size: 571', 'sizes: 571 to 572', ''. */
export function sizeText(counts: readonly (number | null)[]): string {
  const known = counts.filter((count): count is number => count !== null)
  if (known.length < 2 || known.length < counts.length) return ''
  const low = Math.min(...known)
  const high = Math.max(...known)
  const text = (count: number) => count.toLocaleString('en')
  if (low === high) return `equal size: ${text(low)}`
  return (high - low) / high <= 0.01
    ? `equal size: ${text(low)} to ${text(high)}`
    : `sizes: ${text(low)} to ${text(high)}`
}
