/** All kinds of analyses. A kind that is missing here does not compile. */
import { criticalPointAnalysis } from './critical-point'
import { errorSurfaceAnalysis } from './error-surface'
import { interpolationAnalysis } from './interpolation'
import type { AnalysisKind, AnalysisKindId } from './kind'
import { sensitivityAnalysis } from './sensitivity'
import { sharpnessAnalysis } from './sharpness'
import { weightTrajectoryAnalysis } from './weight-trajectory'

export const analysisKinds: Record<AnalysisKindId, AnalysisKind> = {
  'weight-trajectory': weightTrajectoryAnalysis,
  'critical-point': criticalPointAnalysis,
  'error-surface': errorSurfaceAnalysis,
  interpolation: interpolationAnalysis,
  sensitivity: sensitivityAnalysis,
  sharpness: sharpnessAnalysis,
}
