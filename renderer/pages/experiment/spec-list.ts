/** A spec as lines that a person can read. Works for any kind, from the plain data alone, with the paths that `basin run --set` takes. */

import { isLayerType, layersText, type WrittenLayer } from '../../../shared/models/layer-text'

export interface SpecEntry {
  /** 'training.optimizer.learningRate', or the name of a model. */
  name: string
  value: string
}

export interface SpecSection {
  title: string
  entries: SpecEntry[]
}

type Plain = Record<string, unknown>

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLayers(value: unknown): value is WrittenLayer[] {
  return Array.isArray(value) && value.length > 0 && value.every((layer) => isPlain(layer) && isLayerType(layer.type))
}

/** '10-10-5 tanh', or '10 relu, 5 sin' where activations differ; 'conv 16 3x3, pool 2' where there are others than dense layers. */
function networkText(layers: readonly WrittenLayer[]): string {
  if (layers.some((layer) => layer.type !== 'dense')) return layersText(layers)
  const activations = new Set(layers.map((layer) => layer.activation))
  if (activations.size === 1) return `${layers.map((layer) => layer.units).join('-')} ${String(layers[0]!.activation)}`
  return layers.map((layer) => `${String(layer.units)} ${String(layer.activation)}`).join(', ')
}

function valueText(value: unknown): string {
  if (isLayers(value)) return networkText(value)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ')
  if (isPlain(value))
    return Object.entries(value)
      .map(([key, part]) => `${key} ${valueText(part)}`)
      .join(', ')
  if (value === null || value === undefined) return 'none'
  return String(value)
}

/** What names an entry of a list, and the rest of it. */
function listEntry(item: unknown, index: number): SpecEntry {
  if (!isPlain(item)) return { name: String(index + 1), value: valueText(item) }
  const { label, ...rest } = item
  const parts = Object.values(rest).filter((part) => part !== undefined)
  return { name: typeof label === 'string' ? label : String(index + 1), value: parts.map(valueText).join(', ') }
}

function flatten(value: unknown, path: string): SpecEntry[] {
  if (!isPlain(value)) return [{ name: path, value: valueText(value) }]
  return Object.entries(value).flatMap(([key, part]) => flatten(part, `${path}.${key}`))
}

/** How runs are trained and what they differ in: means nothing where older ones are asked. */
const ofTask = ['task', 'models', 'training', 'evaluateEveryEpochs', 'seeds', 'firstSeed', 'snapshots']
const ofVariation = ['differ', 'between', 'vary', 'sweep']
const trainingKeys = new Set([...ofTask, ...ofVariation])

/** Sections by the spec's top keys; single values share the last section. */
export function specSections(spec: unknown): SpecSection[] {
  if (!isPlain(spec)) return []
  const single: SpecEntry[] = []
  const sections: SpecSection[] = []
  const asksRuns = Array.isArray(spec['runs'])
  for (const [key, value] of Object.entries(spec)) {
    if (asksRuns && trainingKeys.has(key)) continue
    if (Array.isArray(value) && value.some(isPlain)) sections.push({ title: key, entries: value.map(listEntry) })
    else if (isPlain(value)) sections.push({ title: key, entries: flatten(value, key) })
    else if (value !== undefined) single.push({ name: key, value: valueText(value) })
  }
  return single.length > 0 ? [...sections, { title: 'general', entries: single }] : sections
}
