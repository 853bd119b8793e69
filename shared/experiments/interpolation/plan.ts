/** From the spec of "Interpolation" to its runs and the lines through them, to a quicker spec and to a name. */
import type { PlannedAnalysis } from '../../analyses/kind'
import type { RunId } from '../../api/ids'
import { specError } from '../check-models'
import type { Plan } from '../kind'
import { countText } from '../model-groups'
import { taskLabel } from '../task'
import {
  lonelyBatches,
  planVariation,
  quickVariation,
  valueLabel,
  variationText,
  type VariedSetting,
} from '../variation'
import type { InterpolationExperiment } from './spec'

function fittingBatch(spec: InterpolationExperiment, rounded: number): number {
  const most = Math.max(...spec.differ.values)
  let batch = rounded
  while (batch < most && lonelyBatches(spec, batch).length > 0) batch++
  return batch
}

/**
 * Values of the networks trained between the two, with their α: (1 - α) a + α b. Batch sizes are rounded, upwards to the next that
 * leaves no batch of one sample to batch normalisation, and those that then are one of the others are left out.
 */
export function valuesBetween(spec: InterpolationExperiment): { alpha: number; value: number }[] {
  const { differ, between } = spec
  const [a, b] = differ.values as [number, number]
  const taken = new Set([a, b])
  return Array.from({ length: between }, (_, k) => (k + 1) / (between + 1)).flatMap((alpha) => {
    const exact = (1 - alpha) * a + alpha * b
    const value = differ.what === 'batchSize' ? fittingBatch(spec, Math.round(exact)) : Number(exact.toPrecision(6))
    if (taken.has(value)) return []
    taken.add(value)
    return [{ alpha, value }]
  })
}

/** 'batch 64 → 1,024' */
function pairLabel(what: VariedSetting, [a, b]: readonly number[]): string {
  return `${valueLabel(what, a!)} → ${b!.toLocaleString('en')}`
}

/** Each run and the next. @throws LabError `spec/invalid` for a single one */
function ofOlderRuns(runIds: readonly RunId[], { alphas }: InterpolationExperiment): PlannedAnalysis[] {
  if (runIds.length < 2) throw specError([{ path: ['runs'], message: 'two runs are needed to interpolate between' }])
  return runIds.slice(1).map((second, index): PlannedAnalysis => {
    const label = `${runIds[index]} → ${second}`
    return {
      kind: 'interpolation',
      label,
      group: label,
      groupIndex: index,
      facet: '',
      spec: alphas,
      runs: [runIds[index]!, second],
    }
  })
}

export function planInterpolation(spec: InterpolationExperiment): Plan {
  if (spec.runs) return { runs: [], analyses: ofOlderRuns(spec.runs, spec) }
  const { differ, models, seeds, alphas } = spec
  const values = [...differ.values, ...valuesBetween(spec).map(({ value }) => value)]
  const runs = planVariation(spec, { what: differ.what, values }, 'differ')
  const analyses = models.flatMap(({ label: group }, groupIndex) =>
    Array.from({ length: seeds }, (_, seed): PlannedAnalysis => {
      const first = groupIndex * values.length * seeds + seed
      const label = `${group}, ${pairLabel(differ.what, differ.values)}, seed ${runs[first]!.spec.seed}`
      const { facet } = runs[first]!
      return { kind: 'interpolation', label, group, groupIndex, facet, spec: alphas, runs: [first, first + seeds] }
    }),
  )
  return { runs, analyses }
}

const quickCount = 17
const quickBetween = 3
/** Trainings of a quick look at most, with two seeds of each. */
const quickModels = 4

/** A shorter training of both, and fewer points of the line. */
export function quickInterpolation(spec: InterpolationExperiment): InterpolationExperiment {
  const alphas = { ...spec.alphas, count: Math.min(spec.alphas.count, quickCount) }
  if (spec.runs) return { ...spec, alphas }
  planInterpolation(spec)
  const between = Math.min(spec.between, quickBetween)
  const few = { ...spec, models: spec.models.slice(0, quickModels), between }
  const { quick, values } = quickVariation(few, spec.differ, 2 + between)
  return { ...quick, differ: { ...spec.differ, values }, alphas }
}

/** 'MNIST, from batch 64 to 1,024' */
export function nameInterpolation({ task, differ, runs }: InterpolationExperiment): string {
  if (runs) return `Interpolation between ${countText(runs.length, 'run')}`
  return `${taskLabel(task)}, ${variationText(differ)} interpolated`.slice(0, 200)
}
