/** Reads from a lab the records that do not fit one answer: all runs, an experiment of thousands of them, a long result. */
import { mostAnswerBytes } from '../api/answer-size'
import { isLabError, LabError } from '../api/errors'
import type { AnalysisId, ExperimentId, RunId } from '../api/ids'
import type { LabApi } from '../api/lab-api'
import type { ExperimentDetail, RunRow } from '../api/records'

/** Of which one answer has room, unless their specs are long; then fewer are asked for. */
const rowsOfPart = 2000
const resultBytesOfPart = mostAnswerBytes / 2
/** A result that goes on while it is read is read again, but not for ever. */
const mostTries = 5

/** `listRuns` for however many runs. Those that come while it is read are for the next time. */
export async function readAllRuns(source: Pick<LabApi, 'listRuns'>): Promise<RunRow[]> {
  const whole = await unlessTooLarge(() => source.listRuns({}))
  if (whole) return whole
  const rows: RunRow[] = []
  let limit = rowsOfPart
  for (;;) {
    const after: RunId | undefined = rows.at(-1)?.runId
    const part = await fewerWhileTooLarge(limit, (some) => source.listRuns({ ...(after && { after }), limit: some }))
    rows.push(...part.rows)
    limit = part.count
    if (part.rows.length < limit) return rows
  }
}

/** `getExperiment` for however many runs and analyses. @throws LabError `experiment/not-found` */
export async function readExperiment(
  source: Pick<LabApi, 'getExperiment'>,
  experimentId: ExperimentId,
): Promise<ExperimentDetail> {
  const whole = await unlessTooLarge(() => source.getExperiment({ experimentId }))
  if (whole) return whole
  const parts: ExperimentDetail[] = []
  let limit = rowsOfPart
  for (let from = 0; ; from += limit) {
    const part = await fewerWhileTooLarge(limit, (some) =>
      source.getExperiment({ experimentId, positions: { from, to: from + some } }),
    )
    limit = part.count
    parts.push(part.rows)
    const { runs, analyses, sourceRuns } = part.rows
    if ([runs, analyses, sourceRuns].every(({ length }) => length < limit)) return joined(parts)
  }
}

/** `readResult` for however long a result. @throws LabError `analysis/not-found`, `lab/busy` */
export async function readWholeResult(
  source: Pick<LabApi, 'readResult' | 'readResultPart'>,
  analysisId: AnalysisId,
): Promise<Uint8Array | null> {
  const whole = await unlessTooLarge(() => source.readResult({ analysisId }))
  if (whole !== undefined) return whole
  for (let tries = 0; tries < mostTries; tries++) {
    const bytes = await readParts(source, analysisId)
    if (bytes !== undefined) return bytes
  }
  throw new LabError('lab/busy', 'The result went on again and again while it was read')
}

/** undefined: it was another one before the last part came. */
async function readParts(
  source: Pick<LabApi, 'readResultPart'>,
  analysisId: AnalysisId,
): Promise<Uint8Array | null | undefined> {
  let whole: { bytes: Uint8Array; version: string } | undefined
  for (let from = 0; !whole || from < whole.bytes.length; from += resultBytesOfPart) {
    const part = await source.readResultPart({ analysisId, from, to: from + resultBytesOfPart })
    if (part === null) return whole === undefined ? null : undefined
    whole ??= { bytes: new Uint8Array(part.size), version: part.version }
    if (part.version !== whole.version) return undefined
    whole.bytes.set(part.bytes, from)
  }
  return whole.bytes
}

async function unlessTooLarge<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isLabError(error, 'answer/too-large')) return undefined
    throw error
  }
}

/** @returns with the number that was answered, which the next question may begin with */
async function fewerWhileTooLarge<Rows>(
  most: number,
  ask: (count: number) => Promise<Rows>,
): Promise<{ rows: Rows; count: number }> {
  for (let count = most; ; count = Math.ceil(count / 2)) {
    const rows = count > 1 ? await unlessTooLarge(() => ask(count)) : await ask(count)
    if (rows !== undefined) return { rows, count }
  }
}

function joined(parts: readonly ExperimentDetail[]): ExperimentDetail {
  return {
    experiment: parts.at(-1)!.experiment,
    runs: parts.flatMap(({ runs }) => runs),
    analyses: parts.flatMap(({ analyses }) => analyses),
    sourceRuns: parts.flatMap(({ sourceRuns }) => sourceRuns),
  }
}
