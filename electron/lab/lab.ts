/**
 * The lab: LabApi over the store, the scheduler and the data sets. It knows no Electron and no window; shells connect clients to it.
 */
import { mostAnswerBytes } from '../../shared/api/answer-size'
import { LabError } from '../../shared/api/errors'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import type {
  ExperimentProgress,
  LabApi,
  LabEvent,
  LabStatus,
  SpecArgument,
  StoreProblem,
  StartArgument,
} from '../../shared/api/lab-api'
import type { RunSummary } from '../../shared/api/records'
import type { StoreApi } from '../../shared/api/store-api'
import { mean } from '../../shared/math/mean'
import { DatasetLibrary } from '../datasets/library'
import { AnalysisQueue } from './analysis-queue'
import { detailPart, wholeOf } from './answer-parts'
import { Estimator } from './estimator'
import { exportWeights } from './export/weight-files'
import { datasetFoldersOf } from './home'
import type { LabOptions } from './lab-options'
import { newAnalyses, olderRuns } from './new-analyses'
import { newExperiment } from './new-experiment'
import { OneAtATime } from './one-at-a-time'
import { PatientStore } from './patient-store'
import { endedProgress, withAnalyses } from './progress'
import { queueStatus } from './queue-status'
import { newRuns, planExperiment, trainingSizes, type TrainingSizes } from './planner'
import { RunData } from './run-data'
import { Scheduler } from './scheduler'
import { withNamedSources } from './source-runs'
import { sha256Of } from './start-weights'
import { StoreLink } from './store-link'
import { Throttle } from './throttle'
import { firstSeedsFirst, Unfinished } from './unfinished'

export type { LabOptions }

/** Eight progress events a second for an experiment, and as many re-reads. */
const progressEveryMs = 125

export class Lab implements LabApi {
  readonly store: StoreApi
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #progressEvents = new Throttle<ExperimentId>(progressEveryMs, (id) => this.#sendProgress(id))
  readonly #changeEvents = new Throttle<ExperimentId>(progressEveryMs, (id) => this.#sendChange(id))
  readonly #statusEvents = new Throttle<'status'>(500, () => void this.#sendStatus())
  readonly #estimator: Estimator
  readonly #sizes: TrainingSizes
  readonly #unfinished: Unfinished
  #engine: LabStatus['engine'] | undefined
  /** Each look reads a whole data set. */
  readonly #samples = new OneAtATime()
  #closing: Promise<void> | undefined

  private constructor(
    private readonly options: LabOptions,
    private readonly storeLink: StoreLink,
    private readonly patience: PatientStore,
    readonly scheduler: Scheduler,
    readonly analyses: AnalysisQueue,
    private readonly library: DatasetLibrary,
    private readonly runData: RunData,
  ) {
    const store = (this.store = patience.api)
    this.#estimator = new Estimator(
      (spec, budgetMs) => scheduler.pool.measureStep(spec, budgetMs),
      options.cores,
      () => store.readPastCosts({}),
    )
    this.#unfinished = new Unfinished({
      store,
      scheduler,
      analyses,
      checkStore: () => patience.check(),
      data: runData,
      onChange: (experimentId) => this.#changed(experimentId, 'status'),
    })
    this.#sizes = trainingSizes(library)
  }

  /** Starts the store process and opens the database. @throws LabError `lab/busy`, `store/newer`, `store/damaged`. */
  static async open(options: LabOptions): Promise<Lab> {
    const storeLink = await StoreLink.open(options.host, options.home, options.mode, options.opensUnwritable)
    const patience = new PatientStore(
      storeLink.api,
      (problem) => lab.#hold(problem),
      (damage) => lab.#refuse(damage),
    )
    const store = patience.api
    const { home, datasetsFolder } = options
    const library = new DatasetLibrary({
      home,
      extraFolder: datasetsFolder,
      onChange: () => lab.#send({ type: 'datasets-changed' }),
    })
    const runData = new RunData(library, store)
    const common = {
      host: options.host,
      store,
      datasetFolders: datasetFoldersOf(options),
      goesOn: options.goesOn,
      onChange: (experimentId: ExperimentId, what: 'status' | 'progress') => lab.#changed(experimentId, what),
    }
    const scheduler: Scheduler = new Scheduler({
      ...common,
      cores: options.cores,
      ...(options.checkpointEveryMs !== undefined && { checkpointEveryMs: options.checkpointEveryMs }),
      expectedStepMs: (run) => lab.#estimator.meanStepMs(run),
      busyElsewhere: () => analyses.running,
      checkData: (run) => runData.check([run]),
      onTrained: (...trained) => lab.#estimator.learn(...trained),
    })
    const analyses: AnalysisQueue = new AnalysisQueue({
      ...common,
      version: options.version,
      freeCores: () => options.cores - scheduler.running,
      isOpen: (runId) => scheduler.isOpen(runId),
      dataOf: (run, otherData) => runData.asked(run, otherData),
    })
    const lab = new Lab(options, storeLink, patience, scheduler, analyses, library, runData)
    if (storeLink.problem) patience.begin(storeLink.problem)
    else if (options.goesOn) await lab.#unfinished.goOn()
    return lab
  }

  /** @returns a function that ends it. */
  onEvent(listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Called when the store process dies or stops writing: nothing can be recorded any more. */
  onStoreDied(listener: (why: LabError) => void): void {
    this.storeLink.onDied((why) => {
      if (!this.#closing) listener(why)
    })
  }

  /** Tells those who meet the home's lock where this lab is. @param address without what lets one in */
  async announce(address: string): Promise<void> {
    await this.store.announce({ address })
  }

  /** Stops what runs (as `stopped`, unless the next lab is to go on with it), writes everything, ends the workers. What is asked first holds. */
  close({ goesOn = this.options.goesOn ?? false } = {}): Promise<void> {
    return (this.#closing ??= this.#close(goesOn))
  }

  async #close(goesOn: boolean): Promise<void> {
    await this.patience.giveUp()
    await Promise.all([this.scheduler.close(goesOn), this.analyses.close(goesOn)])
    for (const throttle of [this.#progressEvents, this.#changeEvents, this.#statusEvents]) throttle.close()
    // Without its process there is nothing left to write; why it ended is told by onStoreDied.
    const closing = this.storeLink.hasDied ? Promise.resolve() : this.patience.close()
    await closing.finally(() => this.storeLink.kill())
  }

  /** Why nothing can be recorded right now; null: all is well. */
  get storeProblem(): LabStatus['storeProblem'] {
    return this.patience.problem ?? this.patience.damage
  }

  async about(): Promise<LabStatus> {
    this.#engine ??= await this.scheduler.pool.engineInfo()
    const { runCount, storedBytes } = await this.store.statistics({})
    return {
      version: this.options.version,
      engine: { ...this.#engine, threads: this.options.cores },
      home: this.options.home,
      runCount,
      storedBytes,
      ...queueStatus(this.scheduler.trackers, this.analyses, this.options.cores),
      storeProblem: this.storeProblem,
    }
  }

  async estimate(argument: SpecArgument) {
    const { plan } = planExperiment(argument)
    const runs = await newRuns(plan, this.#sizes)
    const planned = plan.analyses ?? []
    const older = await olderRuns(planned, this.store)
    return this.#estimator.estimate(runs, newAnalyses(planned, runs, older), older)
  }

  async startExperiment(argument: StartArgument) {
    const { store, runData } = this
    const experiment = await newExperiment(argument, { store, runData, sizes: this.#sizes })
    const { experimentId, runs, analyses } = experiment
    const { from } = argument
    if (from) await store.saveStartFile({ sha256: sha256Of(from.bytes), file: from.bytes })
    await store.createExperiment(experiment)
    const all = runs.map((run) => ({ ...run, status: 'queued' as const, steps: 0, epochs: 0 }))
    if (runs.length > 0) this.scheduler.add([{ experimentId, all, runs: firstSeedsFirst(runs) }])
    this.#changed(experimentId, 'status')
    this.analyses.add(experimentId, analyses, runs.length)
    this.#send({ type: 'experiments-changed' })
    return { experimentId }
  }

  pauseExperiment = ({ experimentId }: { experimentId: ExperimentId }) =>
    this.#changeWhole(experimentId, async () => {
      await Promise.all([this.analyses.pause(experimentId), this.scheduler.pause(this.#openRuns(experimentId))])
      this.#changed(experimentId, 'status')
    })
  resumeExperiment = ({ experimentId }: { experimentId: ExperimentId }) =>
    this.#changeWhole(experimentId, async () => {
      this.analyses.resume(experimentId)
      await this.scheduler.resume(this.#openRuns(experimentId))
      this.#changed(experimentId, 'status')
    })
  stopExperiment = ({ experimentId }: { experimentId: ExperimentId }) =>
    this.#changeWhole(experimentId, () => this.#stop(experimentId))

  retryExperiment: LabApi['retryExperiment'] = (argument) =>
    this.patience.answered(() => this.#unfinished.retry(argument))
  retryRuns: LabApi['retryRuns'] = ({ runIds, fromStart }) =>
    this.patience.answered(() => this.#unfinished.retryRuns(runIds, fromStart))

  pauseRuns = ({ runIds }: { runIds: RunId[] }) =>
    this.#change(runIds, 'waits or trains', () => this.scheduler.pause(runIds))
  resumeRuns = ({ runIds }: { runIds: RunId[] }) =>
    this.#change(runIds, 'is paused', () => this.scheduler.resume(runIds))
  stopRuns = ({ runIds }: { runIds: RunId[] }) =>
    this.#change(runIds, 'waits or trains', () => this.scheduler.stop(runIds))
  moveRuns = ({ runIds, to }: { runIds: RunId[]; to: 'front' | 'back' }) =>
    this.#change(runIds, 'waits in the queue', () => this.scheduler.move(runIds, to))

  listQueue = async () => this.scheduler.queue

  async renameExperiment(argument: { experimentId: ExperimentId; name: string }) {
    await this.store.renameExperiment(argument)
    this.#send({ type: 'experiments-changed' })
    this.#changeEvents.call(argument.experimentId)
  }

  async deleteExperiment({ experimentId }: { experimentId: ExperimentId }) {
    if (this.isActive(experimentId)) await this.patience.answered(() => this.#stop(experimentId))
    await this.store.setExperimentDeleted({ experimentId, deleted: true })
    this.#send({ type: 'experiments-changed' })
  }

  async restoreExperiment({ experimentId }: { experimentId: ExperimentId }) {
    await this.store.setExperimentDeleted({ experimentId, deleted: false })
    this.#send({ type: 'experiments-changed' })
  }

  listExperiments = (argument: { limit?: number }) => this.store.listExperiments(argument)
  getExperiment: LabApi['getExperiment'] = async ({ experimentId, positions }) =>
    detailPart(withNamedSources(await this.store.getExperiment({ experimentId })), positions)
  listRuns = (argument: Parameters<LabApi['listRuns']>[0] = {}) => this.store.listRuns(argument)
  readSeries: LabApi['readSeries'] = (argument) => this.store.readSeries(argument)
  listFrames: LabApi['listFrames'] = (argument) => this.store.listFrames(argument)
  listSnapshots: LabApi['listSnapshots'] = (argument) => this.store.listSnapshots(argument)
  readPredictions: LabApi['readPredictions'] = (argument) => this.store.readFrames(argument)

  async deleteSnapshots({ experimentId }: { experimentId: ExperimentId }) {
    const { runs } = await this.store.getExperiment({ experimentId })
    if (this.isActive(experimentId)) throw new LabError('argument/invalid', 'The experiment still runs; stop it first.')
    await this.store.deleteSnapshots({ runIds: runs.map(({ runId }) => runId), keepLast: true })
    this.#send({ type: 'experiment-changed', experimentId })
    this.#statusEvents.call('status')
  }

  /** Writes the weights that are kept of some runs as safetensors files. @returns their paths */
  async exportWeights(runs: readonly RunSummary[], folder: string): Promise<string[]> {
    const { version } = this.options
    return exportWeights({ store: this.store, runs, folder, datasetFolders: datasetFoldersOf(this.options), version })
  }

  async getProgress({ experimentId }: { experimentId: ExperimentId }): Promise<ExperimentProgress> {
    const { runs } = await this.store.getExperiment({ experimentId })
    return this.#progressOf(experimentId, runs.length)
  }

  readResult: LabApi['readResult'] = async ({ analysisId }) =>
    wholeOf(await this.store.readResultPart({ analysisId, from: 0, to: mostAnswerBytes }))
  readResultPart: LabApi['readResultPart'] = async ({ analysisId, from, to }) =>
    this.store.readResultPart({ analysisId, from, to: Math.min(to, from + mostAnswerBytes) })

  listDatasets = () => this.library.list()
  fetchDataset: LabApi['fetchDataset'] = ({ dataset }) => this.library.fetch(dataset)
  importDataset: LabApi['importDataset'] = ({ dataset, paths }) => this.library.import(dataset, paths)
  removeDatasetVersion: LabApi['removeDatasetVersion'] = async ({ dataset, sha256 }) =>
    void (await this.library.removeVersion(dataset, sha256))
  sampleDataset: LabApi['sampleDataset'] = ({ dataset, count }) =>
    this.#samples.run(() => this.library.sample(dataset, count))
  cancelFetch: LabApi['cancelFetch'] = async ({ dataset }) => this.library.cancel(dataset)

  /** Whether something of an experiment trains, is analysed, or waits for that. */
  isActive(experimentId: ExperimentId): boolean {
    return this.scheduler.tracker(experimentId) !== undefined || this.analyses.has(experimentId)
  }

  /** Experiments of which something trains, is analysed, or waits for that. */
  get activeExperiments(): ExperimentId[] {
    const trained = this.scheduler.trackers.map((tracker) => tracker.experimentId)
    return [...new Set([...trained, ...this.analyses.experiments])]
  }

  /** How much of everything that is under way is done, [0, 1]; null when nothing is. */
  overallShare(): number | null {
    const shares = this.activeExperiments.map((experimentId) => this.#progressOf(experimentId).share)
    return shares.length > 0 ? mean(shares) : null
  }

  async #stop(experimentId: ExperimentId): Promise<void> {
    // Its analyses first: the end of a run must not start one.
    await this.analyses.stop(experimentId)
    await this.scheduler.stop(this.#openRuns(experimentId))
    this.#changed(experimentId, 'status')
  }

  /** @param runCount runs of the experiment, for when all have ended */
  #progressOf(experimentId: ExperimentId, runCount = this.analyses.runCount(experimentId)): ExperimentProgress {
    const { cores } = this.options
    const ofRuns = this.scheduler.tracker(experimentId)?.progress(cores) ?? endedProgress(experimentId, runCount)
    const whole = withAnalyses(ofRuns, this.analyses.progress(experimentId), cores)
    return { ...whole, paused: ofRuns.paused || this.analyses.isPaused(experimentId) }
  }

  #openRuns(experimentId: ExperimentId): RunId[] {
    return this.scheduler.tracker(experimentId)?.runIds('queued', 'running', 'paused') ?? []
  }

  /** @throws LabError `run/not-found`, or `argument/invalid` where `change` finds no run that it can be done to; `store/unwritable` */
  async #change(runIds: RunId[], what: string, change: () => Promise<boolean>): Promise<void> {
    if (await this.patience.answered(change)) return
    const [run] = await this.store.getRuns({ runIds })
    const one = `'${run!.label}' (${run!.status}): no run that ${what}.`
    throw new LabError('argument/invalid', runIds.length === 1 ? one : `None of these ${runIds.length} runs ${what}.`)
  }

  /** @throws LabError `experiment/not-running`, `store/unwritable` */
  async #changeWhole(experimentId: ExperimentId, change: () => Promise<void>): Promise<void> {
    this.patience.check()
    if (this.isActive(experimentId)) return this.patience.answered(change)
    const { experiment } = await this.store.getExperiment({ experimentId })
    throw new LabError('experiment/not-running', `'${experiment.name}' has ended.`)
  }

  /** While nothing can be recorded nothing starts, and what trains holds where it is. */
  #hold(problem: LabStatus['storeProblem']): void {
    this.scheduler.hold(problem !== null)
    this.analyses.hold(problem !== null)
    this.#send({ type: 'store-problem', problem })
    // It could not be asked before what is unfinished.
    if (problem === null && this.storeLink.problem) {
      this.storeLink.problem = null
      if (this.options.goesOn) void this.#unfinished.goOn()
    }
    this.#statusEvents.call('status')
  }

  /** Something in the database is damaged: what trains is recorded to its end, and nothing that waits begins. */
  #refuse(problem: StoreProblem): void {
    void this.analyses.refuse(problem)
    void this.scheduler.refuse(problem)
    this.#send({ type: 'store-problem', problem })
    this.#statusEvents.call('status')
  }

  #changed(experimentId: ExperimentId, what: 'status' | 'progress'): void {
    this.#progressEvents.call(experimentId)
    this.#statusEvents.call('status')
    if (what !== 'status') return
    this.#changeEvents.call(experimentId)
    // A question whose runs have ended goes first: its answer is what a person waits for.
    this.analyses.next()
    this.scheduler.next()
  }

  #sendProgress(experimentId: ExperimentId): void {
    if (this.isActive(experimentId)) this.#send({ type: 'progress', progress: this.#progressOf(experimentId) })
  }

  #sendChange(experimentId: ExperimentId): void {
    this.#send({ type: 'experiment-changed', experimentId })
  }

  async #sendStatus(): Promise<void> {
    if (this.#listeners.size === 0 || this.#closing) return
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
