/** Making, copying and counting the models of a draft. No DOM. */
import { toRaw } from 'vue'
import { denseParameterCount, type Activation } from '../../../shared/models/model'
import type { ArchitectureEnds } from './architecture-text'
import type { LayerDraft, ModelDraft } from './draft'

const keys = new WeakMap<object, number>()
let nextKey = 1

/** Stays with a model while it is edited and moved. */
export function modelKey(model: ModelDraft): number {
  const raw = toRaw(model)
  const key = keys.get(raw) ?? nextKey++
  keys.set(raw, key)
  return key
}

/** Parameters with the output layer; null while a width is no number. */
export function draftParameterCount(model: ModelDraft, { inputSize, outputSize }: ArchitectureEnds): number | null {
  const widths: number[] = []
  for (const { units } of model.hidden) {
    if (typeof units !== 'number' || !Number.isInteger(units) || units < 1) return null
    widths.push(units)
  }
  return denseParameterCount([inputSize, ...widths, outputSize])
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
  return {
    label: freeLabel(`Model ${models.length + 1}`, models),
    hidden: denseDrafts([32], models[0]?.hidden[0]?.activation ?? 'relu'),
    initialization: models[0]?.initialization ?? 'pytorch',
  }
}

export function duplicateModel(model: ModelDraft, models: readonly ModelDraft[]): ModelDraft {
  const copy = JSON.parse(JSON.stringify(model)) as ModelDraft
  return { ...copy, label: freeLabel(model.label, models) }
}

/** The activation of all hidden layers, or null where they differ. A network without any has none that matters. */
export function commonActivation(model: ModelDraft): Activation | null {
  const all = new Set(model.hidden.map((layer) => layer.activation))
  return all.size > 1 ? null : ([...all][0] ?? 'relu')
}

/** New widths; layers that were there keep their activation, new ones get that of the last. */
export function withWidths(hidden: readonly LayerDraft[], widths: readonly number[]): LayerDraft[] {
  const last = hidden.at(-1)?.activation ?? 'relu'
  return widths.map((units, index) => ({ type: 'dense', units, activation: hidden[index]?.activation ?? last }))
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
