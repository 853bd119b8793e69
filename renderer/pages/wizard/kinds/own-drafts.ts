/**
 * What each kind with a task adds to its draft. A kind that has no entry here keeps its own keys as they came with a preset, and the
 * wizard offers nothing to change them.
 */
import type { z } from 'zod'
import type { ExperimentKindId } from '../../../../shared/experiments/kind'
import { criticalPointShape } from './critical-point/draft'
import { errorSurfaceShape } from './error-surface/draft'

export const ownDrafts: Partial<Record<ExperimentKindId, z.ZodRawShape>> = {
  'critical-point': criticalPointShape,
  'error-surface': errorSurfaceShape,
}
