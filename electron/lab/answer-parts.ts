/** What of an experiment or a result goes into one answer; whoever wants more asks in parts (shared/experiments/records-in-parts.ts). */
import { AnswerSize, mostAnswerBytes, recordBytes } from '../../shared/api/answer-size'
import type { Positions, ResultPart } from '../../shared/api/lab-api'
import type { ExperimentDetail } from '../../shared/api/records'

/** @param positions of the lists of the detail; absent: all @throws LabError `answer/too-large` */
export function detailPart(detail: ExperimentDetail, positions?: Positions): ExperimentDetail {
  const part = positions ? sliced(detail, positions) : detail
  const size = new AnswerSize('fewer positions of its plan')
  const { runs, analyses, sourceRuns } = part
  for (const { spec, series } of [...runs, ...sourceRuns])
    size.add(recordBytes(JSON.stringify(spec).length, Object.keys(series).length))
  // Texts of ids are what is long in an analysis; its provenance names the runs once more.
  for (const { spec, runIds, provenance, summary } of analyses)
    size.add(recordBytes(JSON.stringify([spec, runIds, provenance, summary]).length))
  return part
}

function sliced(detail: ExperimentDetail, { from, to }: Positions): ExperimentDetail {
  const { experiment, runs, analyses, sourceRuns } = detail
  return {
    experiment,
    runs: runs.slice(from, to),
    analyses: analyses.slice(from, to),
    sourceRuns: sourceRuns.slice(from, to),
  }
}

/** @throws LabError `answer/too-large` where a part is not all of it */
export function wholeOf(part: ResultPart | null): Uint8Array | null {
  if (part === null) return null
  if (part.size > mostAnswerBytes) new AnswerSize('parts of the result').add(part.size)
  return part.bytes
}
