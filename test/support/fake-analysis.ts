/** Analysis processes that a test controls, and a store that remembers what is said of analyses. */
import { serveContract } from '../../shared/api/rpc'
import {
  analysisMethods,
  type AnalyseArgument,
  type AnalysisApi,
  type AnalysisClientApi,
} from '../../shared/api/analysis-api'
import { LabError } from '../../shared/api/errors'
import type { AnalysisId, RunId } from '../../shared/api/ids'
import type { RunSummary } from '../../shared/api/records'
import type { KnownResult, NewAnalysis, StoreApi } from '../../shared/api/store-api'
import type { WorkerHost, WorkerProcess } from '../../electron/host/worker-host'
import { memoryChannels } from './fake-training'

interface Question {
  argument: AnalyseArgument
  snapshots: number
  answer(): void
  fail(error: Error): void
  report(share: number, partial?: Uint8Array): void
  kill(): void
}

export class FakeAnalysis implements WorkerHost {
  readonly questions = new Map<AnalysisId, Question>()

  startWorker(): WorkerProcess {
    const [lab, own] = memoryChannels()
    const exits: (() => void)[] = []
    const kill = () => exits.splice(0).forEach((listener) => listener())
    const snapshots = new Map<AnalysisId, number>()
    const api: AnalysisApi = {
      addSnapshot: async ({ analysisId }) => void snapshots.set(analysisId, (snapshots.get(analysisId) ?? 0) + 1),
      analyse: (argument) =>
        new Promise((resolve, reject) => {
          const { analysisId } = argument
          const end = (act: () => void) => () => {
            this.questions.delete(analysisId)
            act()
          }
          this.questions.set(analysisId, {
            argument,
            snapshots: snapshots.get(analysisId) ?? 0,
            answer: end(() =>
              resolve({ result: Uint8Array.of(1), summary: { n: 1 }, engine: { name: 'native', simd: 'fake' } }),
            ),
            fail: (error) => end(() => reject(error))(),
            report: (share, partial) => client.onProgress({ analysisId, share, ...(partial && { partial }) }),
            kill,
          })
        }),
      stop: async ({ analysisId }) => this.questions.get(analysisId)?.fail(new LabError('engine/canceled', 'stopped')),
    }
    const client = serveContract<AnalysisApi, AnalysisClientApi>(own, api, analysisMethods)
    return {
      ...lab,
      kind: 'analysis',
      pid: 1,
      onExit: (listener) => void exits.push(() => listener({ code: null, signal: 'SIGKILL' })),
      onClose: () => undefined,
      kill,
    }
  }
}

/** @param steps the snapshots of each run; runs that are not in it have none */
export function fakeAnalysisStore(log: string[], steps: Record<string, number[]>) {
  const known = new Map<string, KnownResult>()
  const parts = new Map<AnalysisId, Uint8Array>()
  const store: Partial<StoreApi> = {
    getRuns: async ({ runIds }) => runIds.map((runId) => endedRun(runId)),
    listSnapshots: async ({ runId }) => (steps[runId] ?? []).map((step) => ({ step, epoch: step, bytes: 4 })),
    readSnapshot: async ({ step }) => ({ step: step ?? 0, epoch: 0, parameters: new Float32Array(1) }),
    findResult: async ({ identity }) => known.get(identity) ?? null,
    readResult: async ({ analysisId }) => parts.get(analysisId) ?? null,
    saveResult: async ({ analysisId, result, summary, provenance, identity }) => {
      parts.set(analysisId, result)
      if (summary && provenance && identity) known.set(identity, { result, summary, provenance })
      log.push(`${analysisId} ${summary ? `result${provenance?.cached ? ', known' : ''}` : 'part'}`)
    },
    updateAnalysis: async ({ analysisId, status, error }) => {
      if (status) log.push(`${analysisId} ${status}${error ? `: ${error.code}` : ''}`)
    },
  }
  return store as StoreApi
}

function endedRun(runId: RunId): RunSummary {
  const run: Partial<RunSummary> = {
    runId,
    label: `run ${runId}`,
    status: 'finished',
    error: null,
    endedAt: 1,
    spec: { record: { snapshots: { every: 1, unit: 'epoch' } } } as RunSummary['spec'],
  }
  return run as RunSummary
}

export function fakeQuestion(analysisId: string, runIds: readonly string[]): NewAnalysis {
  return {
    analysisId: analysisId as AnalysisId,
    position: 0,
    kind: 'critical-point',
    label: analysisId,
    group: 'g',
    groupIndex: 0,
    facet: 'f',
    spec: { of: runIds },
    runIds: runIds as RunId[],
  }
}
