/** From the spec of "Weight trajectories" to its runs and their projections, to a quicker spec and to a name. */
import {
  checkTrajectorySize,
  mostTrajectoryBytes,
  type WeightTrajectoryQuestion,
} from '../../analyses/weight-trajectory'
import type { PlannedAnalysis } from '../../analyses/kind'
import { parameterCount, parameterLayout } from '../../models/model'
import { specError } from '../check-models'
import type { Plan, PlannedRun } from '../kind'
import { countText, networkOf } from '../model-groups'
import { planTask, quickTask, taskEnds, taskLabel, trainedCourse } from '../task'
import type { WeightTrajectorySpec } from './spec'

function layerNames({ spec }: PlannedRun): string[] {
  return parameterLayout(spec.model).map(({ name }) => name)
}

/** @throws LabError `spec/invalid` at `layers.N` for a layer with weights that no model has. */
function checkLayers(layers: readonly string[], runs: readonly PlannedRun[]): void {
  const known = new Set(runs.flatMap(layerNames))
  const issues = layers.flatMap((name, index) => {
    if (known.has(name)) return []
    return [{ path: ['layers', index], message: `no model has weights in ${name}; there are ${[...known].join(', ')}` }]
  })
  if (issues.length > 0) throw specError(issues)
}

/** One projection for all runs of a model: their positions in the plan. */
function analysesOf(spec: WeightTrajectorySpec, runs: readonly PlannedRun[]): PlannedAnalysis[] {
  const groups = new Map<string, number[]>()
  runs.forEach(({ group }, position) => groups.set(group, [...(groups.get(group) ?? []), position]))
  return [...groups].map(([group, positions]): PlannedAnalysis => {
    const first = runs[positions[0]!]!
    const names = layerNames(first)
    checkTrajectorySize(positions.map((position) => runs[position]!.spec))
    const question = { ...questionOf(spec), layers: spec.layers.filter((name) => names.includes(name)) }
    return {
      kind: 'weight-trajectory',
      label: group,
      group,
      groupIndex: first.groupIndex,
      facet: first.facet,
      spec: question,
      runs: positions,
    }
  })
}

function questionOf({ layers, biases, randomWalk, firstSeed }: WeightTrajectorySpec): WeightTrajectoryQuestion {
  return { layers, biases, randomWalk, seed: firstSeed }
}

export function planWeightTrajectory(spec: WeightTrajectorySpec): Plan {
  if (spec.runs) {
    const label = 'Trajectories'
    const place = { label, group: label, groupIndex: 0, facet: '' }
    return { runs: [], analyses: [{ kind: 'weight-trajectory', ...place, spec: questionOf(spec), runs: spec.runs }] }
  }
  const runs = planTask(spec, { record: { snapshots: spec.snapshots } })
  checkLayers(spec.layers, runs)
  return { runs, analyses: analysesOf(spec, runs) }
}

/** A way of fewer points says little; more take long to store. */
const quickPoints = { least: 6, most: 25 }

/** Points of each training, beside its start and its end, that fit into half of the memory. */
function pointsThatFit({ task, models, seeds, training }: WeightTrajectorySpec): number {
  const sizes = models.map((entry) => parameterCount(networkOf(entry, taskEnds(task))))
  const bytes = seeds * Math.max(...sizes) * (training.precision === 'float64' ? 8 : 4)
  return Math.floor(mostTrajectoryBytes / 2 / bytes) - 2
}

export function quickWeightTrajectory(spec: WeightTrajectorySpec): WeightTrajectorySpec {
  if (spec.runs) return spec
  const quick = quickTask(spec)
  const { stepsPerEpoch, totalSteps } = trainedCourse(quick)
  const before = trainedCourse(spec)
  const { every, unit } = spec.snapshots
  const share = (unit === 'epoch' ? every * before.stepsPerEpoch : every) / before.totalSteps
  // As many points as asked for, within these bounds; what was quick before stays as it is in spite of rounding.
  const fitting = 1 / Math.max(1, pointsThatFit(quick))
  const quickShare = Math.max(fitting, Math.min(1 / quickPoints.least, Math.max(1 / quickPoints.most, share)))
  const steps = Math.max(1, Math.floor(totalSteps * quickShare + 1e-6))
  const epochs = Math.floor(steps / stepsPerEpoch)
  const isEpochs = unit === 'epoch' && epochs >= 1
  return { ...quick, snapshots: isEpochs ? { every: epochs, unit } : { every: steps, unit: 'step' } }
}

/** 'MNIST, 784-128-10' */
export function nameWeightTrajectory({ task, models, runs }: WeightTrajectorySpec): string {
  if (runs) return `Weight trajectories of ${countText(runs.length, 'run')}`
  const [first] = models
  const what = models.length === 1 && first ? first.label : countText(models.length, 'model')
  return `${taskLabel(task)}, ${what}`.slice(0, 200)
}
