/** The networks of "Parameter count": those given, or a family with its widths solved from each number of parameters. */
import type { Issue } from '../../api/errors'
import { formatInteger } from '../../text/format'
import { equalParameterWidths } from '../../models/equal-parameters'
import { architectureLabel, parameterCount, shapeSize, type Layer } from '../../models/model'
import { specError } from '../check-models'
import { networkOf, type ModelEntry, type NetworkEnds } from '../model-groups'
import { taskEnds } from '../task'
import type { ParameterCountSpec } from './spec'

export interface SizedModel {
  /** Index of its model in the spec. */
  family: number
  /** Its label ends with its number of parameters. */
  entry: ModelEntry
}

/** Solved networks may miss what was asked for by this factor: the smallest ones grow by a thousand weights with each unit. */
const mostOff = 1.5

type DenseLayer = Extract<Layer, { type: 'dense' }>

const isDense = (layer: Layer): layer is DenseLayer => layer.type === 'dense'

function withCount(label: string, entry: ModelEntry, ends: NetworkEnds): ModelEntry {
  return { ...entry, label: `${label} (${formatInteger(parameterCount(networkOf(entry, ends)))})` }
}

/** The sizes of one family; what cannot be goes to `issues`. */
function solvedSizes(
  { models, sizes }: ParameterCountSpec,
  index: number,
  ends: NetworkEnds,
  issues: Issue[],
): ModelEntry[] {
  const family = models[index]!
  const layers = family.hidden.filter(isDense)
  if (layers.length === 0 || layers.length < family.hidden.length) {
    const message = 'widths can be solved for dense hidden layers only; give other networks one by one'
    issues.push({ path: ['models', index, 'hidden'], message })
    return []
  }
  const question = { inputSize: shapeSize(ends.input), outputSize: ends.outputs, depth: layers.length }
  const seen = new Set<number>()
  return sizes.counts.flatMap((budget, place): ModelEntry[] => {
    const { widths, count } = equalParameterWidths({ ...question, budget, shape: sizes.widths })
    const refuse = (why: string): ModelEntry[] => {
      issues.push({ path: ['sizes', 'counts', place], message: `${formatInteger(budget)} parameters: ${why}` })
      return []
    }
    const nearest = `${family.label} comes to ${formatInteger(count)} at the nearest`
    if (Math.max(count / budget, budget / count) > mostOff) return refuse(nearest)
    if (seen.has(count)) return refuse(`${nearest}, as for another number`)
    seen.add(count)
    const hidden = layers.map((layer, at): DenseLayer => ({ ...layer, units: widths[at]! }))
    return [{ ...family, hidden }]
  })
}

/**
 * All networks, family by family.
 * @throws LabError `spec/invalid` for a family that is not dense, a number of parameters that it cannot have, or only one size
 */
export function sizedModels(spec: ParameterCountSpec): SizedModel[] {
  const ends = taskEnds(spec.task)
  const { models, sizes } = spec
  const issues: Issue[] = []
  if (models.length * Math.max(1, sizes.counts.length) === 1) {
    issues.push({ path: ['models'], message: 'one size alone has nothing to be compared with; add models or counts' })
  }
  const solves = sizes.counts.length > 0
  const sized = models.flatMap((given, family): SizedModel[] => {
    if (!solves) return [{ family, entry: withCount(given.label, given, ends) }]
    return solvedSizes(spec, family, ends, issues).map((entry) => {
      const architecture = architectureLabel(networkOf(entry, ends))
      const label = models.length > 1 ? `${given.label}, ${architecture}` : architecture
      return { family, entry: withCount(label, entry, ends) }
    })
  })
  if (issues.length > 0) throw specError(issues)
  return sized
}
