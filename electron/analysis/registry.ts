/** What computes each kind of analysis. */
import type { AnalysisKindId } from '../../shared/analyses/kind'
import type { AnalysisFunction } from './analysis'
import { analyseCriticalPoint } from './critical-point'
import { analyseErrorSurface } from './error-surface'
import { analyseInterpolation } from './interpolation'
import { analyseSensitivity } from './sensitivity'
import { analyseSharpness } from './sharpness'
import { analyseWeightTrajectory } from './weight-trajectory'

// Spec and result are the kind's own; what comes in was parsed by its schema.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const analyses: Record<AnalysisKindId, AnalysisFunction<any, any>> = {
  'weight-trajectory': analyseWeightTrajectory,
  'critical-point': analyseCriticalPoint,
  'error-surface': analyseErrorSurface,
  interpolation: analyseInterpolation,
  sensitivity: analyseSensitivity,
  sharpness: analyseSharpness,
}
