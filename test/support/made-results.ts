/** Results of an experiment without training: planned runs with curves that a test chooses. */
import type { ExperimentId, RunId } from '../../shared/api/ids'
import type { LabApi } from '../../shared/api/lab-api'
import type { RunStatus, SeriesData } from '../../shared/api/records'
import type { ExperimentKindId, PlannedRun } from '../../shared/experiments/kind'
import { experimentKinds, parseSpec } from '../../shared/experiments/registry'
import type { ExperimentResults, RunResults } from '../../shared/experiments/results'
import type { SeriesName } from '../../shared/experiments/run-spec'
import { parameterCount } from '../../shared/models/model'
import { madeSummary } from './made-summary'

export function seriesData(steps: ArrayLike<number>, values: ArrayLike<number>): SeriesData {
  return { steps: Float64Array.from(steps), values: Float64Array.from(values), count: values.length }
}

export interface MadeRun {
  status?: RunStatus
  stepsPerEpoch?: number
  series?: RunResults['series']
  prediction?: RunResults['prediction']
}

export function madeResults(
  kind: ExperimentKindId,
  spec: unknown,
  made: (planned: PlannedRun, position: number) => MadeRun,
): ExperimentResults {
  const parsed = parseSpec(kind, spec)
  const experimentId = 'x00000001' as ExperimentId
  const runs = experimentKinds[kind].plan(parsed).runs.map((planned, position): RunResults => {
    const { status = 'finished', stepsPerEpoch = 1, series = {}, prediction } = made(planned, position)
    const summaries = Object.entries(series).flatMap(([name, data]) => {
      if (!data) return []
      return [[name, madeSummary(name as SeriesName, data.values, data.steps)] as const]
    })
    return {
      run: {
        ...planned,
        runId: `r${String(position).padStart(8, '0')}` as RunId,
        experimentId,
        position,
        parameterCount: parameterCount(planned.spec.model),
        seed: planned.spec.seed,
        status,
        error: null,
        steps: 0,
        epochs: 0,
        stepsPerEpoch,
        totalSteps: 0,
        durationMs: 1000,
        createdAt: 1,
        gradientPhase: null,
        dataSha256: null,
        startedAt: 1,
        endedAt: 2,
        series: Object.fromEntries(summaries),
      },
      series,
      ...(prediction ? { prediction } : {}),
    }
  })
  const experiment = {
    experimentId,
    kind,
    name: 'Made',
    spec: parsed,
    createdAt: 1,
    runCounts: { finished: runs.length },
    analysisCounts: {},
  }
  return { experiment, runs, analyses: [] }
}

/** A lab that has these series. */
export function madeSource({ runs }: ExperimentResults): Pick<LabApi, 'readSeries'> {
  return {
    readSeries: ({ runIds, names }) =>
      Promise.resolve(
        runIds.flatMap((runId) =>
          names.flatMap((name) => {
            const data = runs.find(({ run }) => run.runId === runId)?.series[name]
            return data ? [{ runId, name, data }] : []
          }),
        ),
      ),
  }
}
