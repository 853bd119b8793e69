/** The training process: serves TrainingApi to the lab that started it. */
import { trainingMethods, type TrainingApi, type TrainingClientApi } from '../../shared/api/training-api'
import type { RunId } from '../../shared/api/ids'
import { LabError } from '../../shared/api/errors'
import { serveContract } from '../../shared/api/rpc'
import { loadEngine } from '../engines/index'
import type { Engine } from '../engines/engine'
import { workerChannel } from '../host/worker-channel'
import { TrainingJob } from './job'
import { measureStep } from './measure'

let loaded: Engine | undefined
const engine = () => (loaded ??= loadEngine())
const jobs = new Map<RunId, TrainingJob>()

const job = (runId: RunId): TrainingJob => {
  const found = jobs.get(runId)
  if (!found) throw new LabError('run/not-found', `Run ${runId} is not training in this process.`)
  return found
}

const api: TrainingApi = {
  engineInfo: async () => engine().info,
  train: async (argument) => {
    const started = new TrainingJob(engine(), argument, {
      onBatch: (batch) => lab.onBatch(batch),
      onSnapshot: (snapshot) => lab.onSnapshot({ runId: argument.runId, ...snapshot }),
      onCheckpoint: (checkpoint) => lab.onCheckpoint({ runId: argument.runId, ...checkpoint }),
    })
    jobs.set(argument.runId, started)
    try {
      return await started.run()
    } finally {
      jobs.delete(argument.runId)
    }
  },
  pause: async ({ runId }) => job(runId).pause(),
  resume: async ({ runId }) => job(runId).resume(),
  stop: async ({ runId }) => job(runId).stop(),
  snapshotStored: async ({ runId }) => job(runId).snapshotStored(),
  checkpoint: ({ runId }) => job(runId).checkpoint(),
  checkpointStored: async ({ runId }) => job(runId).checkpointStored(),
  measureStep: ({ spec, budgetMs }) => measureStep(engine(), spec, budgetMs),
}

const lab = serveContract<TrainingApi, TrainingClientApi>(
  workerChannel(() => process.exit(0)),
  api,
  trainingMethods,
)
