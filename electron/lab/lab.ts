/**
 * The lab: LabApi over the store, the scheduler and the data sets. It knows no Electron and no window; shells connect clients to it.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { LabError } from '../../shared/api/errors'
import { newExperimentId, type ExperimentId } from '../../shared/api/ids'
import type { ExperimentProgress, LabApi, LabEvent, LabStatus, SpecArgument } from '../../shared/api/lab-api'
import { isEnded, type RunSummary } from '../../shared/api/records'
import { connectContract } from '../../shared/api/rpc'
import type { NewRun, StoreApi } from '../../shared/api/store-api'
import { datasets } from '../../shared/data/datasets'
import { DatasetLibrary } from '../datasets/library'
import type { WorkerHost, WorkerProcess } from '../host/worker-host'
import { Estimator } from './estimator'
import { newRuns, planExperiment, type TrainingSizes } from './planner'
import { Scheduler } from './scheduler'
import { Throttle } from './throttle'

export interface LabOptions {
  host: WorkerHost
  version: string
  /** Folder of the database and the data sets (BASIN_HOME). */
  home: string
  /** A folder with data sets a person has (BASIN_DATASETS). */
  datasetsFolder?: string
  /** Runs at the same time. */
  cores: number
  mode: 'write' | 'read'
}

/** Eight progress events a second for an experiment, and as many re-reads. */
const progressEveryMs = 125

export class Lab implements LabApi {
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #progressEvents = new Throttle<ExperimentId>(progressEveryMs, (id) => this.#sendProgress(id))
  readonly #changeEvents = new Throttle<ExperimentId>(progressEveryMs, (id) => this.#sendChange(id))
  readonly #statusEvents = new Throttle<'status'>(500, () => void this.#sendStatus())
  readonly #estimator: Estimator
  readonly #sizes: TrainingSizes
  #engine: LabStatus['engine'] | undefined
  #closed = false
  #storeDied = false

  private constructor(
    private readonly options: LabOptions,
    private readonly storeProcess: WorkerProcess,
    readonly store: StoreApi,
    readonly scheduler: Scheduler,
    private readonly library: DatasetLibrary,
  ) {
    storeProcess.onExit(() => (this.#storeDied = true))
    this.#estimator = new Estimator((spec, budgetMs) => scheduler.pool.measureStep(spec, budgetMs), options.cores)
    this.#sizes = async (name) => {
      const state = (await library.list()).find(({ info }) => info.name === name)
      return state && state.trainSize > 0 ? state.trainSize : datasets[name].trainSize
    }
  }

  /** Starts the store process and opens the database. @throws LabError `lab/busy`, `store/newer`, `store/damaged`. */
  static async open(options: LabOptions): Promise<Lab> {
    const storeProcess = options.host.startWorker('store')
    const store = connectContract<StoreApi, object>(storeProcess, {})
    try {
      await store.open({ home: options.home, mode: options.mode })
    } catch (error) {
      storeProcess.kill()
      throw error
    }
    const { home, datasetsFolder } = options
    const library = new DatasetLibrary({
      home,
      extraFolder: datasetsFolder,
      onChange: () => lab.#send({ type: 'datasets-changed' }),
    })
    const scheduler = new Scheduler({
      host: options.host,
      store,
      cores: options.cores,
      datasetFolders: [join(home, 'datasets'), ...(datasetsFolder ? [datasetsFolder] : [])],
      onTrained: (spec, steps, durationMs) => lab.#estimator.learn(spec, steps, durationMs),
      onChange: (experimentId, what) => lab.#changed(experimentId, what),
    })
    const lab = new Lab(options, storeProcess, store, scheduler, library)
    return lab
  }

  /** @returns a function that ends it. */
  onEvent(listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Called when the store process dies: nothing can be recorded any more. */
  onStoreDied(listener: () => void): void {
    this.storeProcess.onExit(() => {
      if (!this.#closed) listener()
    })
  }

  /** Stops what runs (as `stopped`), writes everything, ends the workers. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.scheduler.close()
    for (const throttle of [this.#progressEvents, this.#changeEvents, this.#statusEvents]) throttle.close()
    // Without its process there is nothing left to write; why it ended is told by onStoreDied.
    if (!this.#storeDied) await this.store.close({})
    this.storeProcess.kill()
  }

  async about(): Promise<LabStatus> {
    this.#engine ??= await this.scheduler.pool.engineInfo()
    const { runCount, storedBytes } = await this.store.statistics({})
    const trackers = this.scheduler.trackers
    const remaining = trackers.map((tracker) => tracker.remainingWorkMs())
    const known = remaining.every((ms) => ms !== null)
    return {
      version: this.options.version,
      engine: { ...this.#engine, threads: this.options.cores },
      home: this.options.home,
      runCount,
      storedBytes,
      running: trackers.reduce((count, tracker) => count + tracker.runIds('running').length, 0),
      queued: trackers.reduce((count, tracker) => count + tracker.runIds('queued').length, 0),
      etaMs: known ? remaining.reduce((sum, ms) => sum! + ms!, 0)! / this.options.cores : null,
    }
  }

  async estimate(argument: SpecArgument) {
    return this.#estimator.estimate(await newRuns(planExperiment(argument).plan, this.#sizes))
  }

  async startExperiment(argument: SpecArgument & { name?: string }) {
    const { kind, spec, plan } = planExperiment(argument)
    await this.#checkDatasets(plan.runs.map((run) => run.spec))
    const runs = await newRuns(plan, this.#sizes)
    const experimentId = newExperimentId(randomBytes(5))
    const name = argument.name ?? kind.name(spec)
    await this.store.createExperiment({ experimentId, kind: kind.kind, name, spec, createdAt: Date.now(), runs })
    this.#queue(experimentId, runs)
    this.#send({ type: 'experiments-changed' })
    return { experimentId }
  }

  async pauseExperiment({ experimentId }: { experimentId: ExperimentId }) {
    await this.#tracked(experimentId)
    await this.scheduler.pause(experimentId)
  }

  async resumeExperiment({ experimentId }: { experimentId: ExperimentId }) {
    await this.#tracked(experimentId)
    await this.scheduler.resume(experimentId)
  }

  async stopExperiment({ experimentId }: { experimentId: ExperimentId }) {
    await this.#tracked(experimentId)
    await this.scheduler.stop(experimentId)
  }

  async retryExperiment({ experimentId }: { experimentId: ExperimentId }) {
    const { runs } = await this.store.getExperiment({ experimentId })
    if (runs.some(({ status }) => !isEnded(status)))
      throw new LabError('argument/invalid', 'The experiment still runs; stop it first.')
    const again = runs.filter(({ status }) => ['interrupted', 'stopped', 'failed'].includes(status)).map(asNewRun)
    if (again.length === 0) throw new LabError('argument/invalid', 'Every run of this experiment has finished.')
    await this.#checkDatasets(again.map(({ spec }) => spec))
    await this.store.resetRuns({ runIds: again.map(({ runId }) => runId) })
    this.#queue(experimentId, again)
  }

  async renameExperiment(argument: { experimentId: ExperimentId; name: string }) {
    await this.store.renameExperiment(argument)
    this.#send({ type: 'experiments-changed' })
    this.#changeEvents.call(argument.experimentId)
  }

  async deleteExperiment({ experimentId }: { experimentId: ExperimentId }) {
    await this.scheduler.stop(experimentId)
    await this.store.setExperimentDeleted({ experimentId, deleted: true })
    this.#send({ type: 'experiments-changed' })
  }

  async restoreExperiment({ experimentId }: { experimentId: ExperimentId }) {
    await this.store.setExperimentDeleted({ experimentId, deleted: false })
    this.#send({ type: 'experiments-changed' })
  }

  listExperiments = (argument: { limit?: number }) => this.store.listExperiments(argument)
  getExperiment = (argument: { experimentId: ExperimentId }) => this.store.getExperiment(argument)
  listRuns = () => this.store.listRuns({})
  readSeries: LabApi['readSeries'] = (argument) => this.store.readSeries(argument)
  listFrames: LabApi['listFrames'] = (argument) => this.store.listFrames(argument)
  readPredictions: LabApi['readPredictions'] = (argument) => this.store.readFrames(argument)

  async getProgress({ experimentId }: { experimentId: ExperimentId }): Promise<ExperimentProgress> {
    const tracker = this.scheduler.tracker(experimentId)
    if (tracker) return tracker.progress(this.options.cores)
    const { runs } = await this.store.getExperiment({ experimentId })
    return finishedProgress(experimentId, runs)
  }

  listDatasets = () => this.library.list()
  fetchDataset: LabApi['fetchDataset'] = ({ dataset }) => this.library.fetch(dataset)
  importDataset: LabApi['importDataset'] = ({ dataset, paths }) => this.library.import(dataset, paths)
  sampleDataset: LabApi['sampleDataset'] = ({ dataset, count }) => this.library.sample(dataset, count)
  cancelFetch: LabApi['cancelFetch'] = async ({ dataset }) => this.library.cancel(dataset)

  #queue(experimentId: ExperimentId, runs: readonly NewRun[]): void {
    // Every network's first seed before anyone's second: the comparison is there early, repeats narrow it down.
    const bySeed = [...runs].sort((a, b) => a.spec.seed - b.spec.seed || a.position - b.position)
    this.scheduler.add(experimentId, bySeed, ({ spec }) => this.#estimator.stepMs(spec))
    this.#changed(experimentId, 'status')
  }

  /** Before anything is written: a run that cannot have its data must not start. */
  async #checkDatasets(specs: readonly RunSummary['spec'][]): Promise<void> {
    const states = await this.library.list()
    const needed = new Set(specs.flatMap(({ data }) => (data.type === 'dataset' ? [data.dataset] : [])))
    for (const { info, state, problem } of states) {
      if (!needed.has(info.name)) continue
      if (state === 'damaged') throw new LabError('dataset/damaged', problem ?? `${info.title} is damaged.`)
      if (state === 'missing' || state === 'fetching')
        throw new LabError(
          'dataset/missing',
          `${info.title} is not on this machine. Get it on the Data page, with 'basin data fetch ${info.name}', or name the folder that has it in BASIN_DATASETS.`,
        )
    }
  }

  async #tracked(experimentId: ExperimentId): Promise<void> {
    if (this.scheduler.tracker(experimentId)) return
    const { experiment } = await this.store.getExperiment({ experimentId })
    throw new LabError('experiment/not-running', `'${experiment.name}' has ended.`)
  }

  #changed(experimentId: ExperimentId, what: 'status' | 'progress'): void {
    this.#progressEvents.call(experimentId)
    this.#statusEvents.call('status')
    if (what === 'status') this.#changeEvents.call(experimentId)
  }

  #sendProgress(experimentId: ExperimentId): void {
    const tracker = this.scheduler.tracker(experimentId)
    if (tracker) this.#send({ type: 'progress', progress: tracker.progress(this.options.cores) })
  }

  #sendChange(experimentId: ExperimentId): void {
    this.#send({ type: 'experiment-changed', experimentId })
  }

  async #sendStatus(): Promise<void> {
    if (this.#listeners.size === 0 || this.#closed) return
    try {
      this.#send({ type: 'status-changed', status: await this.about() })
    } catch {
      // The status is shown again with the next change; a lab without an engine says so when asked.
    }
  }

  #send(event: LabEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

function asNewRun(run: RunSummary): NewRun {
  const { runId, position, label, group, groupIndex, facet, spec, parameterCount, stepsPerEpoch, totalSteps } = run
  return { runId, position, label, group, groupIndex, facet, spec, parameterCount, stepsPerEpoch, totalSteps }
}

function finishedProgress(experimentId: ExperimentId, runs: readonly RunSummary[]): ExperimentProgress {
  return {
    experimentId,
    share: 1,
    stepsPerSecond: 0,
    etaMs: 0,
    paused: false,
    runs: runs.map(({ runId, status, steps, epochs, totalSteps }) => ({
      runId,
      status,
      steps,
      epochs,
      totalSteps,
      stepsPerSecond: 0,
      etaMs: null,
    })),
  }
}
