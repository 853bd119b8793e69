/** All kinds of analyses. */
import { criticalPointAnalysis } from './critical-point'
import { errorSurfaceAnalysis } from './error-surface'
import { interpolationAnalysis } from './interpolation'
import type { AnalysisKind, AnalysisKindId } from './kind'
import { weightTrajectoryAnalysis } from './weight-trajectory'

export const analysisKinds: Partial<Record<AnalysisKindId, AnalysisKind>> = {
  'weight-trajectory': weightTrajectoryAnalysis,
  'critical-point': criticalPointAnalysis,
  'error-surface': errorSurfaceAnalysis,
  interpolation: interpolationAnalysis,
}
