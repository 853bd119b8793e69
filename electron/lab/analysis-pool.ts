/** The analysis processes of a lab. Which question comes next is the analysis queue's choice. */
import type {
  AnalyseArgument,
  AnalysisAnswer,
  AnalysisApi,
  AnalysisClientApi,
  AnalysisProgressReport,
} from '../../shared/api/analysis-api'
import type { AnalysisId, RunId } from '../../shared/api/ids'
import type { Snapshot } from '../../shared/api/store-api'
import type { WorkerHost } from '../host/worker-host'
import { isWorkerGone, untilDeath, WorkerPool } from './worker-pool'

export class AnalysisPool {
  readonly #workers: WorkerPool<AnalysisApi, AnalysisClientApi, AnalysisId>

  constructor(host: WorkerHost, onProgress: (report: AnalysisProgressReport) => void) {
    this.#workers = new WorkerPool(host, 'analysis', { onProgress })
  }

  /**
   * Answers on an idle process, or a new one.
   * @param snapshots of all runs, read while they are handed over, so that they are never all here
   * @throws `worker/died` or `worker/ended` when that process ends first.
   */
  async analyse(
    argument: AnalyseArgument,
    snapshots: AsyncIterable<{ runId: RunId; snapshot: Snapshot }>,
  ): Promise<AnalysisAnswer> {
    const { analysisId } = argument
    const worker = this.#workers.idle()
    worker.task = analysisId
    try {
      for await (const { runId, snapshot } of snapshots) {
        await untilDeath(worker, worker.api.addSnapshot({ analysisId, runId, snapshot }))
      }
      return await untilDeath(worker, worker.api.analyse(argument))
    } finally {
      worker.task = undefined
    }
  }

  async stop(analysisId: AnalysisId): Promise<void> {
    const worker = this.#workers.busyWith(analysisId)
    if (!worker) return
    try {
      await untilDeath(worker, worker.api.stop({ analysisId }))
    } catch (error) {
      if (!isWorkerGone(error)) throw error
    }
  }

  close(): void {
    this.#workers.close()
  }
}
