/** Puts questions of a plan to the real engine: trains its runs in a few lines, and asks as an analysis process does. */
import { AnalysisJob } from '../../../electron/analysis/job'
import { runSamples } from '../../../electron/datasets/run-samples'
import { loadEngine } from '../../../electron/engines'
import type { AnalysisKindId, AnalysisNumbers } from '../../../shared/analyses/kind'
import type { AnalysisProgressReport } from '../../../shared/api/analysis-api'
import { decode, encode } from '../../../shared/api/codec'
import type { AnalysisId, RunId } from '../../../shared/api/ids'
import type { RunSummary } from '../../../shared/api/records'
import type { Snapshot } from '../../../shared/api/store-api'
import { batchSamples, type RunSpec } from '../../../shared/experiments/run-spec'
import { initialParameters } from '../../../shared/models/initialization'
import { bufferCount, parameterCount } from '../../../shared/models/model'
import { randomKey } from '../../../shared/random'

export const engine = loadEngine()

/** A run that is asked, with its snapshots. */
export interface Subject {
  run: RunSummary
  snapshots: Snapshot[]
}

export function subject(label: string, spec: RunSpec, snapshots: Snapshot[], position = 0): Subject {
  const run: RunSummary = {
    runId: `r0000000${position}` as RunId,
    experimentId: 'x00000001' as RunSummary['experimentId'],
    position,
    label,
    group: label,
    groupIndex: 0,
    facet: '',
    spec,
    parameterCount: parameterCount(spec.model),
    seed: spec.seed,
    status: 'finished',
    error: null,
    steps: snapshots.at(-1)?.step ?? 0,
    epochs: snapshots.at(-1)?.epoch ?? 0,
    stepsPerEpoch: 1,
    totalSteps: 1,
    durationMs: 1,
    createdAt: 1,
    startedAt: 1,
    endedAt: 2,
    series: {},
    gradientPhase: null,
    dataSha256: null,
  }
  return { run, snapshots }
}

/** Trains epoch by epoch with a snapshot after each, then on the gradient norm where the spec says so. */
export async function trained(label: string, spec: RunSpec, position = 0): Promise<Subject> {
  const { model, loss, optimizer, seed, epochs, gradientPhase } = spec
  const session = engine.createSession({ model, loss, optimizer, precision: 'float64' })
  const { training, test } = await runSamples(spec, [])
  session.setSamples('training', training)
  session.setSamples('test', test)
  session.setParameters(initialParameters(model, seed))
  const snapshot = (step: number, epoch: number): Snapshot => ({
    step,
    epoch,
    parameters: session.getParameters64(),
    ...(bufferCount(model) > 0 ? { buffers: session.getBuffers() } : {}),
  })
  const snapshots = [snapshot(0, 0)]
  const common = { batchSize: batchSamples(spec), evaluateEveryEpochs: 0, probeEpochs: new Uint32Array(0) }
  const shuffle = spec.batchSize === 'full' ? {} : { shuffleKey: randomKey(seed, 'shuffle') }
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const options = { ...common, ...shuffle, epochs: 1, progressEveryMs: 1000 }
    const { step } = await session.train(options, () => undefined)
    snapshots.push(snapshot(step, epoch))
  }
  if (gradientPhase) {
    const { method, targetNorm, maxSteps } = gradientPhase
    await session.minimizeGradientNorm({ method, targetNorm, maxSteps, progressEveryMs: 1000 }, () => undefined)
    snapshots.push(snapshot(snapshots.at(-1)!.step + 1, epochs))
  }
  session.dispose()
  return subject(label, spec, snapshots, position)
}

export interface Asked<Result> {
  result: Result
  summary: AnalysisNumbers
  reports: AnalysisProgressReport[]
}

export interface AskOptions {
  threads?: number
  previous?: unknown
  /** Called with each report; may stop the job. */
  onReport?: (report: AnalysisProgressReport, job: AnalysisJob) => void
}

export async function ask<Result>(
  kind: AnalysisKindId,
  spec: unknown,
  subjects: readonly Subject[],
  { threads = 1, previous, onReport }: AskOptions = {},
): Promise<Asked<Result>> {
  const reports: AnalysisProgressReport[] = []
  const job: AnalysisJob = new AnalysisJob(
    engine,
    {
      analysisId: 'a00000001' as AnalysisId,
      kind,
      spec,
      runs: subjects.map(({ run }) => run),
      datasetFolders: [],
      threads,
      ...(previous === undefined ? {} : { previous: encode(previous) }),
    },
    new Map(subjects.map(({ run, snapshots }) => [run.runId, snapshots])),
    (report) => {
      reports.push(report)
      onReport?.(report, job)
    },
  )
  const { result, summary } = await job.run()
  return { result: decode(result) as Result, summary, reports }
}
