/** Reads the results of analyses for drawing. One is read again only when it has moved on since. Holds big arrays, none of them reactive. */
import type { AnalysisId } from '../../shared/api/ids'
import type { LabApi } from '../../shared/api/lab-api'
import type { AnalysisSummary } from '../../shared/api/records'
import { readAnalysis } from '../../shared/experiments/collect-results'
import type { AnalysisResults } from '../../shared/experiments/results'

/** What an analysis had when it was read; as long as it is the same there is nothing new. */
function stampOf({ status, share, endedAt }: AnalysisSummary): string {
  return `${status} ${share} ${endedAt}`
}

export class AnalysisReader {
  readonly #known = new Map<AnalysisId, { stamp: string; result: unknown }>()

  constructor(private readonly lab: Pick<LabApi, 'readResult' | 'readResultPart'>) {}

  /** In their order. */
  async read(analyses: readonly AnalysisSummary[]): Promise<AnalysisResults[]> {
    await Promise.all(
      analyses.map(async (analysis) => {
        const { analysisId, status } = analysis
        const stamp = stampOf(analysis)
        if (status === 'queued' || this.#known.get(analysisId)?.stamp === stamp) return
        const { result } = await readAnalysis(this.lab, analysis)
        this.#known.set(analysisId, { stamp, result })
      }),
    )
    return analyses.map((analysis) => ({ analysis, result: this.#known.get(analysis.analysisId)?.result ?? null }))
  }
}
