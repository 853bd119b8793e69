/** All kinds of experiments. A kind that is missing here does not compile. */
import { parseOrThrow } from '../api/contract'
import { LabError } from '../api/errors'
import { criticalPoint } from './critical-point/kind'
import { errorSurface } from './error-surface/kind'
import { experimentKindIds, type ExperimentKind, type ExperimentKindId } from './kind'
import { interpolation } from './interpolation/kind'
import { gradientNorm } from './gradient-norm/kind'
import { parameterCount } from './parameter-count/kind'
import { randomLabels } from './random-labels/kind'
import { sensitivity } from './sensitivity/kind'
import { sharpness } from './sharpness/kind'
import { simulateFunction } from './simulate-function/kind'
import { trainOnTask } from './train-on-task/kind'
import { weightTrajectory } from './weight-trajectory/kind'

export const experimentKinds: Record<ExperimentKindId, ExperimentKind> = {
  'simulate-function': simulateFunction,
  'train-on-task': trainOnTask,
  'weight-trajectory': weightTrajectory,
  'gradient-norm': gradientNorm,
  'critical-point': criticalPoint,
  'error-surface': errorSurface,
  'random-labels': randomLabels,
  'parameter-count': parameterCount,
  interpolation,
  sensitivity,
  sharpness,
}

/** @throws LabError `spec/unknown-kind` that lists those there are. */
export function experimentKind(kind: string): ExperimentKind {
  const found = experimentKindIds.find((id) => id === kind)
  if (found) return experimentKinds[found]
  throw new LabError('spec/unknown-kind', `there is no experiment '${kind}'; there are ${experimentKindIds.join(', ')}`)
}

/** The spec of a preset. @throws LabError `spec/unknown-preset` that lists those there are. */
export function presetSpec(kind: ExperimentKindId, name: string): unknown {
  const { presets } = experimentKinds[kind]
  const found = presets.find((preset) => preset.name === name)
  if (found) return found.spec
  const names = presets.map((preset) => preset.name).join(', ')
  throw new LabError('spec/unknown-preset', `${kind} has no preset '${name}'; it has ${names}`)
}

/** Parses a spec, with defaults filled in. @throws LabError `spec/invalid` with the path and reason of all that is wrong. */
export function parseSpec(kind: ExperimentKindId, spec: unknown): unknown {
  return parseOrThrow(experimentKinds[kind].schema, spec, 'spec/invalid', 'spec')
}
