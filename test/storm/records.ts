/** Everything that the store has of runs and analyses, and how it differs from what an undisturbed lab recorded: in no bit. */
import { join } from 'node:path'
import { Store } from '../../electron/store/store'
import { isEnded, type ExperimentDetail, type RunStatus } from '../../shared/api/records'
import type { RunId } from '../../shared/api/ids'
import { seriesNames } from '../../shared/experiments/run-spec'

/** By what it is called: bytes of numbers that have to be the same. */
type Numbers = Map<string, Uint8Array>

export interface RunRecord {
  runId: RunId
  label: string
  status: RunStatus
  /** By name: steps, then values, of equal length. Those of a run that has not finished are the beginning of these. */
  series: Map<string, { steps: Float64Array; values: Float64Array }>
  /** By step. */
  frames: Numbers
  snapshots: Numbers
}

export interface ExperimentRecord {
  detail: ExperimentDetail
  runs: RunRecord[]
  /** Of analyses that have finished, by position: named numbers. */
  answers: Map<number, string>
}

/** Reads a whole home, beside nobody. */
export async function readHome(home: string): Promise<ExperimentRecord[]> {
  const store = new Store()
  await store.open({ home, mode: 'read' })
  try {
    const records: ExperimentRecord[] = []
    for (const { experimentId } of await store.listExperiments({})) {
      const detail = await store.getExperiment({ experimentId })
      const runs: RunRecord[] = []
      for (const { runId, label, status } of detail.runs) {
        runs.push({ runId, label, status, ...(await readRun(store, runId)) })
      }
      records.push({ detail, runs, answers: answersOf(detail) })
    }
    return records
  } finally {
    await store.close()
  }
}

async function readRun(store: Store, runId: RunId): Promise<Pick<RunRecord, 'series' | 'frames' | 'snapshots'>> {
  const series: RunRecord['series'] = new Map()
  for (const { name, data } of await store.readSeries({ runIds: [runId], names: [...seriesNames] })) {
    series.set(name, { steps: data.steps, values: data.values })
  }
  const frames: Numbers = new Map()
  for (const { epoch } of await store.listFrames({ runId })) {
    // Of several of an epoch (a second phase has none of its own) the last one.
    const [frame] = await store.readFrames({ runIds: [runId], epoch })
    frames.set(`frame after step ${frame!.step}`, bytesOf(frame!.values))
  }
  const snapshots: Numbers = new Map()
  for (const { step } of await store.listSnapshots({ runId })) {
    const { parameters, buffers } = (await store.readSnapshot({ runId, step }))!
    snapshots.set(
      `weights after step ${step}`,
      Buffer.concat([bytesOf(parameters), bytesOf(buffers ?? new Float64Array())]),
    )
  }
  return { series, frames, snapshots }
}

/** Times are in none of these. */
function answersOf({ analyses }: ExperimentDetail): Map<number, string> {
  const finished = analyses.filter(({ status }) => status === 'finished')
  return new Map(finished.map(({ position, summary }) => [position, JSON.stringify(summary)]))
}

/** @returns what is not as it should be, in words; empty: nothing */
export function differences(found: ExperimentRecord, expected: ExperimentRecord): string[] {
  const where = `${found.detail.experiment.name} (${found.detail.experiment.experimentId})`
  const problems = found.runs.flatMap((run, i) =>
    runDifferences(run, expected.runs[i]!).map(
      (problem) => `${where}, ${run.label} (${run.runId}, ${run.status}): ${problem}`,
    ),
  )
  if (found.runs.length !== expected.runs.length) problems.push(`${where}: ${found.runs.length} runs`)
  // Where a person stopped a run, the others are analysed without it.
  const isWhole = found.runs.every(({ status }) => status === 'finished')
  for (const [position, summary] of isWhole ? found.answers : []) {
    if (summary !== expected.answers.get(position))
      problems.push(`${where}: analysis ${position} says ${summary} instead of ${expected.answers.get(position)}`)
  }
  return problems
}

function runDifferences(found: RunRecord, expected: RunRecord): string[] {
  const isWhole = found.status === 'finished'
  const problems: string[] = []
  for (const [name, { steps, values }] of found.series) {
    const all = expected.series.get(name)
    const isBeginning =
      all !== undefined &&
      isStartOf(bytesOf(steps), bytesOf(all.steps)) &&
      isStartOf(bytesOf(values), bytesOf(all.values))
    if (!isBeginning) problems.push(`${name} is not the beginning of the undisturbed one (${steps.length} points)`)
    else if (isWhole && steps.length !== all.steps.length)
      problems.push(`${name} has ${steps.length} of ${all.steps.length} points`)
  }
  for (const kind of ['frames', 'snapshots'] as const) {
    for (const [place, bytes] of found[kind]) {
      const other = expected[kind].get(place)
      // A run that was stopped keeps its weights where it stopped.
      if (other ? Buffer.compare(bytes, other) !== 0 : isWhole) problems.push(`other ${place}`)
    }
  }
  if (isWhole) {
    const missing = (['series', 'frames', 'snapshots'] as const).flatMap((kind) =>
      [...expected[kind].keys()].filter((key) => !found[kind].has(key)),
    )
    if (missing.length > 0) problems.push(`lacks ${missing.join(', ')}`)
  }
  return problems
}

/** Runs and analyses that still wait or work. */
export function unfinished({ detail }: ExperimentRecord): string[] {
  return [...detail.runs, ...detail.analyses]
    .filter(({ status }) => !isEnded(status))
    .map(({ label, status }) => `${label}: ${status}`)
}

export const databaseOf = (home: string) => join(home, 'basin.db')

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)

function isStartOf(start: Uint8Array, whole: Uint8Array): boolean {
  return start.length <= whole.length && Buffer.compare(start, whole.subarray(0, start.length)) === 0
}
