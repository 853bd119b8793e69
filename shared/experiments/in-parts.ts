/** Reads from a lab what does not fit one answer: the question is asked in parts until each of them is answered. */
import { mostAnswerBytes } from '../api/answer-size'
import { isLabError, LabError } from '../api/errors'
import type { RunId } from '../api/ids'
import type { LabApi, PredictionOfRun, ReadSeriesArgument, SeriesOfRun } from '../api/lab-api'
import type { SeriesData } from '../api/records'

type Source = Pick<LabApi, 'readSeries'>

/** Steps of which one answer can hold every point, with room to spare: a series has at most one for each. */
const stepsOfPart = mostAnswerBytes / 32
/** A run that is started again meanwhile is read again, but not for ever. */
const mostTries = 3

/** `readSeries` for however many runs and points. In the order of the runs, then of the names. */
export async function readSeriesInParts(source: Source, argument: ReadSeriesArgument): Promise<SeriesOfRun[]> {
  const { runIds, names, buckets } = argument
  try {
    return await source.readSeries(argument)
  } catch (error) {
    if (!isLabError(error, 'answer/too-large')) throw error
    if (runIds.length > 1) return inHalves(runIds, (some) => readSeriesInParts(source, { ...argument, runIds: some }))
    if (names.length > 1) return inHalves(names, (some) => readSeriesInParts(source, { ...argument, names: some }))
    if (buckets !== undefined) throw error
    return readLongSeries(source, argument)
  }
}

/** `readPredictions` for however many runs. */
export async function readPredictionsInParts(
  source: Pick<LabApi, 'readPredictions'>,
  argument: { runIds: RunId[]; epoch?: number },
): Promise<PredictionOfRun[]> {
  try {
    return await source.readPredictions(argument)
  } catch (error) {
    if (!isLabError(error, 'answer/too-large') || argument.runIds.length < 2) throw error
    return inHalves(argument.runIds, (runIds) => readPredictionsInParts(source, { ...argument, runIds }))
  }
}

/** One after the other: the parts that wait are not made yet. */
async function inHalves<Part, Answer>(all: Part[], read: (some: Part[]) => Promise<Answer[]>): Promise<Answer[]> {
  const middle = Math.ceil(all.length / 2)
  return [...(await read(all.slice(0, middle))), ...(await read(all.slice(middle)))]
}

/** Every point of one series of one run, a stretch of steps at a time. @throws LabError `lab/busy` */
async function readLongSeries(source: Source, argument: ReadSeriesArgument): Promise<SeriesOfRun[]> {
  for (let tries = 0; tries < mostTries; tries++) {
    // One bucket says how many points there are and where the last one is; what is recorded after that is for the next time.
    const [whole] = await source.readSeries({ ...argument, buckets: 1 })
    if (!whole) return []
    const parts: SeriesData[] = []
    const last = whole.data.steps.at(-1) ?? 0
    for (let from = argument.fromStep ?? 0; from <= last; from += stepsOfPart) {
      const toStep = Math.min(from + stepsOfPart - 1, last)
      const [part] = await source.readSeries({ ...argument, fromStep: from, toStep })
      if (part) parts.push(part.data)
    }
    const data = joined(parts)
    if (data.count === whole.data.count) return [{ ...whole, data }]
  }
  throw new LabError('lab/busy', 'The run was started again and again while its series were read')
}

function joined(parts: readonly SeriesData[]): SeriesData {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const steps = new Float64Array(count)
  const values = new Float64Array(count)
  let at = 0
  for (const part of parts) {
    steps.set(part.steps, at)
    values.set(part.values, at)
    at += part.count
  }
  return { steps, values, count }
}
