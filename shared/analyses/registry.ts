/** All kinds of analyses. */
import type { AnalysisKind, AnalysisKindId } from './kind'
import { weightTrajectory } from './weight-trajectory'

export const analysisKinds: Partial<Record<AnalysisKindId, AnalysisKind>> = {
  'weight-trajectory': weightTrajectory,
}
