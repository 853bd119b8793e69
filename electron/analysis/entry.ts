/** The analysis process: serves AnalysisApi to the lab that started it. */
import { analysisMethods, type AnalysisApi, type AnalysisClientApi } from '../../shared/api/analysis-api'
import type { AnalysisId, RunId } from '../../shared/api/ids'
import { serveContract } from '../../shared/api/rpc'
import type { Snapshot } from '../../shared/api/store-api'
import type { Engine } from '../engines/engine'
import { loadEngine } from '../engines/index'
import { workerChannel } from '../host/worker-channel'
import { AnalysisJob } from './job'

let loaded: Engine | undefined
const engine = () => (loaded ??= loadEngine())
const snapshots = new Map<AnalysisId, Map<RunId, Snapshot[]>>()
const jobs = new Map<AnalysisId, AnalysisJob>()

const api: AnalysisApi = {
  addSnapshot: async ({ analysisId, runId, snapshot }) => {
    const ofRuns = snapshots.get(analysisId) ?? new Map<RunId, Snapshot[]>()
    snapshots.set(analysisId, ofRuns)
    ofRuns.set(runId, [...(ofRuns.get(runId) ?? []), snapshot])
  },
  analyse: async (argument) => {
    const { analysisId } = argument
    const job = new AnalysisJob(engine(), argument, snapshots.get(analysisId) ?? new Map(), (report) =>
      lab.onProgress(report),
    )
    jobs.set(analysisId, job)
    try {
      return await job.run()
    } finally {
      jobs.delete(analysisId)
      snapshots.delete(analysisId)
    }
  },
  stop: async ({ analysisId }) => {
    snapshots.delete(analysisId)
    jobs.get(analysisId)?.stop()
  },
}

const lab = serveContract<AnalysisApi, AnalysisClientApi>(
  workerChannel(() => process.exit(0)),
  api,
  analysisMethods,
)
