/** What each kind with a task adds to its draft. */
import type { z } from 'zod'
import type { ExperimentKindId } from '../../../../shared/experiments/kind'
import { criticalPointShape } from './critical-point/draft'
import { errorSurfaceShape } from './error-surface/draft'
import { gradientNormShape } from './gradient-norm/draft'
import { interpolationShape } from './interpolation/draft'
import { parameterCountShape } from './parameter-count/draft'
import { randomLabelsShape } from './random-labels/draft'
import { sensitivityShape } from './sensitivity/draft'
import { sharpnessShape } from './sharpness/draft'
import { weightTrajectoryShape } from './weight-trajectory/draft'

export type TaskKindId = Exclude<ExperimentKindId, 'simulate-function' | 'train-on-task'>

export const ownDrafts: Record<TaskKindId, z.ZodRawShape> = {
  'weight-trajectory': weightTrajectoryShape,
  'gradient-norm': gradientNormShape,
  'critical-point': criticalPointShape,
  'error-surface': errorSurfaceShape,
  'random-labels': randomLabelsShape,
  'parameter-count': parameterCountShape,
  interpolation: interpolationShape,
  sensitivity: sensitivityShape,
  sharpness: sharpnessShape,
}
