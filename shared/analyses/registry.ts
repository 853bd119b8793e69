/** All kinds of analyses. */
import type { AnalysisKind, AnalysisKindId } from './kind'

export const analysisKinds: Partial<Record<AnalysisKindId, AnalysisKind>> = {}
