/** Training processes that a test controls: each call to `train` waits until the test ends it. */
import type { RunId } from '../../shared/api/ids'
import { serveContract, type Channel } from '../../shared/api/rpc'
import type { Checkpoint, NewRun, Snapshot, StoreApi } from '../../shared/api/store-api'
import { trainingMethods, type TrainArgument, type TrainingApi } from '../../shared/api/training-api'
import type { TrainingClientApi, TrainOutcome } from '../../shared/api/training-api'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { KnownRun } from '../../electron/lab/run-tracker'
import type { WorkerExit, WorkerHost, WorkerProcess } from '../../electron/host/worker-host'

interface Job {
  argument: TrainArgument
  end(outcome: Partial<TrainOutcome>): void
  /** An empty batch that ends at a step. */
  batch(steps: number): void
  snapshot(snapshot: Snapshot): void
  checkpoint(step: number): void
  fail(error: Error): void
  /** Ends the process that has the job. */
  kill(signal?: NodeJS.Signals): void
}

export class FakeTraining implements WorkerHost {
  readonly jobs = new Map<RunId, Job>()
  readonly calls: string[] = []
  started = 0
  /** The step of checkpoints that somebody asks for; absent: there are none. */
  asked: number | undefined

  startWorker(): WorkerProcess {
    this.started++
    const [lab, own] = memoryChannels()
    const exits: ((how: WorkerExit) => void)[] = []
    const kill = (signal: NodeJS.Signals = 'SIGKILL') =>
      exits.splice(0).forEach((listener) => listener({ code: null, signal }))
    const api: TrainingApi = {
      engineInfo: async () => ({ name: 'native', simd: 'fake', threads: 1 }),
      train: (argument) =>
        new Promise((resolve, reject) => {
          this.jobs.set(argument.runId, {
            argument,
            end: (outcome) => {
              this.jobs.delete(argument.runId)
              resolve({
                reason: 'finished',
                step: 10,
                epoch: 1,
                durationMs: 5,
                parameters: new Float32Array(1),
                ...outcome,
              })
            },
            batch: (steps) =>
              client.onBatch({ runId: argument.runId, steps, epochs: 0, durationMs: 0, series: [], frames: [] }),
            snapshot: (snapshot) => client.onSnapshot({ runId: argument.runId, ...snapshot }),
            checkpoint: (step) => client.onCheckpoint({ runId: argument.runId, ...fakeCheckpoint(step) }),
            fail: (error) => {
              this.jobs.delete(argument.runId)
              reject(error)
            },
            kill: (signal) => {
              this.jobs.delete(argument.runId)
              kill(signal)
            },
          })
        }),
      pause: async ({ runId }) => void this.calls.push(`pause ${runId}`),
      resume: async ({ runId }) => void this.calls.push(`resume ${runId}`),
      stop: async ({ runId }) => {
        this.calls.push(`stop ${runId}`)
        this.jobs.get(runId)?.end({ reason: 'stopped' })
      },
      snapshotStored: async ({ runId }) => void this.calls.push(`stored ${runId}`),
      checkpoint: async ({ runId }) => {
        this.calls.push(`checkpoint ${runId}`)
        const job = this.jobs.get(runId)
        if (job && this.asked !== undefined) job.checkpoint(this.asked)
      },
      checkpointStored: async ({ runId }) => void this.calls.push(`kept ${runId}`),
      measureStep: async () => ({ stepMs: 1 }),
    }
    const client = serveContract<TrainingApi, TrainingClientApi>(own, api, trainingMethods)
    return {
      ...lab,
      kind: 'training',
      pid: this.started,
      onExit: (listener) => void exits.push(listener),
      onClose: () => undefined,
      kill: () => kill(),
    }
  }
}

export function memoryChannels(): [Channel, Channel] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const end = (own: number): Channel => ({
    post: (message) => queueMicrotask(() => listeners[1 - own]!.forEach((listener) => listener(message))),
    on: (listener) => void listeners[own]!.push(listener),
  })
  return [end(0), end(1)]
}

export function fakeCheckpoint(step: number): Checkpoint {
  return { step, epoch: step / 5, durationMs: 10 * step, state: Uint8Array.of(step) }
}

/** Records what the scheduler tells the store, as 'runId status'. Each write takes `delayMs`. */
export function fakeStore(log: string[], delayMs = 0): StoreApi {
  const checkpoints = new Map<RunId, Checkpoint>()
  const recorded: Partial<StoreApi> = {
    updateRun: async ({ runId, status, error, gradientPhase }) => {
      if (gradientPhase) log.push(`${runId} phase ${gradientPhase.reason}`)
      if (status) log.push(`${runId} ${status}${error ? `: ${error}` : ''}`)
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    },
    setRunStatus: async ({ runIds, status }) => void log.push(...runIds.map((runId) => `${runId} ${status}`)),
    resetRuns: async ({ runIds }) => {
      for (const runId of runIds) checkpoints.delete(runId)
      log.push(...runIds.map((runId) => `${runId} reset`))
    },
    rewindRun: async ({ runId }) => {
      const checkpoint = checkpoints.get(runId) ?? null
      if (checkpoint) log.push(`${runId} rewound to ${checkpoint.step}`)
      return checkpoint
    },
    saveCheckpoint: async ({ runId, ...checkpoint }) => {
      if (checkpoint.step < 0) throw new Error('no room')
      checkpoints.set(runId, checkpoint)
      log.push(`${runId} checkpoint ${checkpoint.step}`)
    },
    orderQueue: async ({ runIds }) => void log.push(`order ${runIds.join(' ')}`),
    append: async () => undefined,
    saveSnapshot: async ({ runId, step }) => {
      if (step < 0) throw new Error(`no room for step ${step}`)
      log.push(`${runId} kept ${step}`)
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    },
  }
  return recorded as StoreApi
}

const spec: RunSpec = {
  model: { inputSize: 1, layers: [{ type: 'dense', units: 1, activation: 'linear' }], initialization: 'pytorch' },
  data: { type: 'function', expression: 'x', domain: [-1, 1], points: 10, noise: 0, sampling: 'grid' },
  loss: 'mean-squared-error',
  optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0 },
  epochs: 10,
  batchSize: 'full',
  evaluateEveryEpochs: 1,
  seed: 0,
}

/** As a tracker knows it before it starts. */
export function knownRun(runId: string): KnownRun {
  return { ...fakeRun(runId), status: 'queued', steps: 0, epochs: 0 }
}

export function fakeRun(runId: string, position = 0): NewRun {
  const label = `run ${runId}`
  return {
    runId: runId as RunId,
    position,
    label,
    group: 'g',
    groupIndex: 0,
    facet: 'f',
    spec,
    parameterCount: 2,
    stepsPerEpoch: 1,
    totalSteps: 10,
  }
}
