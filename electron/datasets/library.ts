/** The data sets of this machine, for the lab and the command line: what is there, downloads, imports, samples. */
import { join } from 'node:path'
import { errorMessage, isLabError, LabError } from '../../shared/api/errors'
import type { DatasetSample, DatasetState, DatasetVersion } from '../../shared/api/lab-api'
import { datasetNames, datasets, type DatasetName } from '../../shared/data/datasets'
import { shapeSize } from '../../shared/models/model'
import { drawDigits } from './digits/digits'
import { fetchDataset } from './fetch'
import { contentOf, findContent } from './content'
import { installDataset } from './install'
import { loadDataset, type LoadedDataset, type SubsetSizes } from './load'
import { locateDataset, type FileDatasetName } from './locate'
import { isIntact } from './manifest'
import { canceled, missing } from './problems'
import type { RawSplit } from './raw'
import { readLocated } from './read'
import { recoverStore } from './recover'
import { publishedSources, type DatasetSource } from './sources'
import { datasetState } from './state'
import { listVersions, removeVersion } from './versions'

export interface DatasetLibraryOptions {
  /** BASIN_HOME; data sets are stored in its folder `datasets`. */
  home: string
  /** BASIN_DATASETS: a folder whose data sets are used where they are. Never written to. */
  extraFolder?: string
  /** Other places to download from; http is taken from this machine only. */
  sources?: Partial<Record<FileDatasetName, DatasetSource>>
  /** Something in `list()` changed. At most five times a second while downloading. */
  onChange?: () => void
  /** Pause before a download is tried again; doubles each time. */
  retryDelayMs?: number
}

/** A download under way. */
interface Job {
  abort: AbortController
  done: Promise<void>
  fetchedBytes: number
  totalBytes: number
}

const changeIntervalMs = 200

export class DatasetLibrary {
  readonly #store: string
  readonly #folders: string[]
  readonly #jobs = new Map<DatasetName, Job>()
  /** How the last download of each failed. */
  readonly #failures = new Map<DatasetName, string>()
  #recovered: Promise<void> | undefined
  #lastChange = 0
  #changeTimer: NodeJS.Timeout | undefined

  constructor(private readonly options: DatasetLibraryOptions) {
    this.#store = join(options.home, 'datasets')
    this.#folders = [this.#store, ...(options.extraFolder ? [options.extraFolder] : [])]
  }

  /** All data sets Basin knows, those that are not there too. */
  async list(): Promise<DatasetState[]> {
    await this.#recover()
    return Promise.all(datasetNames.map((name) => this.#state(name)))
  }

  /**
   * Downloads into the store, going on with what an earlier download left; resolves when it is verified and in place (at once
   * when it already is). A second call joins the first.
   * @throws `dataset/unreachable`, `dataset/damaged`, `dataset/canceled`, `lab/busy` where another process downloads it
   */
  async fetch(name: DatasetName, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (name === 'digits') return
    const job = this.#jobs.get(name) ?? this.#startJob(name)
    const cancel = () => job.abort.abort()
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel)
    try {
      await job.done
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Stops a download; what arrived is kept for the next one. Resolves when it has stopped. */
  async cancel(name: DatasetName): Promise<void> {
    const job = this.#jobs.get(name)
    job?.abort.abort()
    await job?.done.catch(() => {})
  }

  /**
   * Copies a data set from files, folders or archives that a person has into the store. All or nothing.
   * @throws `dataset/damaged` naming the file and what is wrong, `argument/invalid` where files are lacking or not of this data set
   */
  async import(name: DatasetName, paths: readonly string[]): Promise<void> {
    if (name === 'digits')
      throw new LabError('argument/invalid', 'Basin draws its digits itself; there is nothing to import.')
    await this.#recover()
    await installDataset(this.#store, name, paths, paths)
    this.#failures.delete(name)
    this.#changed()
  }

  /** The content of the set that is here now, as runs keep it; null for the digits that Basin draws. @throws `dataset/missing`, `dataset/damaged` */
  async content(name: DatasetName): Promise<string | null> {
    if (name === 'digits') return null
    await this.#recover()
    const located = await locateDataset(name, this.#folders)
    if (!located) throw missing(name)
    return contentOf(name, located)
  }

  /** @throws `dataset/changed` where a data set of that content is neither here now nor kept, `dataset/missing`, `dataset/damaged` */
  async require(name: DatasetName, content: string): Promise<void> {
    await this.#recover()
    if (name !== 'digits') await findContent(name, this.#folders, content)
  }

  /**
   * Deletes a version that was kept when another set took its place; runs that were trained on it can then not go on, nor be analysed.
   * @param version - its content, or the beginning of it. @throws `argument/invalid` where there is none, or more than one
   */
  async removeVersion(name: DatasetName, version: string): Promise<DatasetVersion> {
    if (name === 'digits')
      throw new LabError('argument/invalid', 'Of the digits that Basin draws there are no versions.')
    const removed = await removeVersion(this.#store, name, version)
    this.#changed()
    return removed
  }

  /** Samples as floats. @throws `dataset/missing`, `dataset/damaged`, `spec/invalid` for a size larger than what is there */
  async load(name: DatasetName, sizes: SubsetSizes): Promise<LoadedDataset> {
    await this.#recover()
    return loadDataset(name, this.#folders, sizes)
  }

  /**
   * The first training images of each class, class by class in turn (0, 1, ..., 9, 0, ...), fewer where there are not as many.
   * @throws `dataset/missing`, `dataset/damaged`
   */
  async sample(name: DatasetName, count: number): Promise<DatasetSample> {
    const { shape, classes } = datasets[name]
    const split = await this.#trainingSplit(name, count)
    const chosen = firstOfEachClass(split, classes.length, count)
    const size = shapeSize(shape)
    const pixels = new Uint8Array(chosen.length * size)
    chosen.forEach((image, i) => pixels.set(split.pixels.subarray(image * size, (image + 1) * size), i * size))
    const labels = Uint8Array.from(chosen, (image) => split.labels[image]!)
    return { shape: [chosen.length, ...shape], pixels, labels }
  }

  async #trainingSplit(name: DatasetName, count: number): Promise<RawSplit> {
    if (name === 'digits')
      return drawDigits('training', Math.min(10 * Math.ceil(count / 10), datasets.digits.trainSize))
    await this.#recover()
    const located = await locateDataset(name, this.#folders)
    if (!located) throw missing(name)
    return (await readLocated(name, located)).dataset.training
  }

  async #state(name: DatasetName): Promise<DatasetState> {
    const versions = name === 'digits' ? [] : await listVersions(this.#store, name)
    const state = { ...(await datasetState(name, this.#folders)), versions }
    const job = this.#jobs.get(name)
    if (job)
      return { ...state, state: 'fetching', fetchedBytes: job.fetchedBytes, totalBytes: job.totalBytes, problem: null }
    return { ...state, problem: state.problem ?? this.#failures.get(name) ?? null }
  }

  #startJob(name: FileDatasetName): Job {
    const source = this.options.sources?.[name] ?? publishedSources[name]
    const totalBytes = source.files.reduce((sum, { bytes }) => sum + bytes, 0)
    const job: Job = { abort: new AbortController(), done: Promise.resolve(), fetchedBytes: 0, totalBytes }
    this.#jobs.set(name, job)
    this.#failures.delete(name)
    this.#changed()
    job.done = this.#runJob(name, source, job).finally(() => {
      this.#jobs.delete(name)
      this.#changed()
    })
    return job
  }

  async #runJob(name: FileDatasetName, source: DatasetSource, job: Job): Promise<void> {
    try {
      await this.#recover()
      if (await this.#isStored(name)) return
      await fetchDataset({
        store: this.#store,
        name,
        source,
        signal: job.abort.signal,
        onBytes: (bytes) => {
          job.fetchedBytes = bytes
          this.#changed()
        },
        retryDelayMs: this.options.retryDelayMs ?? 500,
      })
    } catch (error) {
      if (job.abort.signal.aborted && !isLabError(error)) throw canceled(name)
      this.#failures.set(name, errorMessage(error))
      throw error
    }
  }

  /** Whether the store has all of it, unharmed. */
  async #isStored(name: FileDatasetName): Promise<boolean> {
    if ((await datasetState(name, [this.#store])).state !== 'ready') return false
    return isIntact(join(this.#store, name))
  }

  #recover(): Promise<void> {
    this.#recovered ??= recoverStore(this.#store)
    return this.#recovered
  }

  /** The first change is told at once, the following ones together. */
  #changed(): void {
    if (this.#changeTimer) return
    const wait = Math.max(0, this.#lastChange + changeIntervalMs - Date.now())
    const tell = () => {
      this.#changeTimer = undefined
      this.#lastChange = Date.now()
      this.options.onChange?.()
    }
    if (wait === 0) tell()
    else this.#changeTimer = setTimeout(tell, wait)
  }
}

/** Indices of the first images of each class, a round of all classes after the other. */
function firstOfEachClass({ labels }: RawSplit, classCount: number, count: number): number[] {
  const ofClass: number[][] = Array.from({ length: classCount }, () => [])
  const rounds = Math.ceil(count / classCount)
  labels.forEach((label, image) => {
    if (ofClass[label]!.length < rounds) ofClass[label]!.push(image)
  })
  const chosen: number[] = []
  for (let round = 0; round < rounds; round++)
    for (const images of ofClass) if (images[round] !== undefined && chosen.length < count) chosen.push(images[round]!)
  return chosen
}
