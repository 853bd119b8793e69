/**
 * The data that runs rest on. Each run keeps the content of the data set it is trained on, from when it is planned: what is here under
 * the same name later may be another. Functions and drawn digits need none of this: the spec alone decides their samples.
 */
import { isDataProblem, isLabError, LabError } from '../../shared/api/errors'
import type { AskedData, RunSummary } from '../../shared/api/records'
import type { NewRun, StoreApi } from '../../shared/api/store-api'
import { datasets, type DatasetName } from '../../shared/data/datasets'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { DatasetLibrary } from '../datasets/library'

type Library = Pick<DatasetLibrary, 'list' | 'content' | 'require'>
type RunWithData = Pick<RunSummary, 'spec'> & Partial<Pick<RunSummary, 'dataSha256' | 'label'>>

export class RunData {
  constructor(
    private readonly library: Library,
    private readonly store: Pick<StoreApi, 'updateRun'>,
  ) {}

  /** Gives runs the content of the data that are here now. @throws `dataset/missing`, `dataset/damaged` */
  async given<Run extends NewRun>(runs: readonly Run[]): Promise<Run[]> {
    const contents = new Map<DatasetName, string | null>()
    for (const { spec } of runs) {
      const name = datasetOf(spec)
      if (name && !contents.has(name)) contents.set(name, await this.library.content(name))
    }
    return runs.map((run) => {
      const name = datasetOf(run.spec)
      return name ? { ...run, dataSha256: contents.get(name)! } : run
    })
  }

  /** The same for runs from before that was kept, where they begin from the beginning; as far as there are any data. */
  async givenIfUnknown<Run extends NewRun>(runs: readonly Run[]): Promise<Run[]> {
    const known: Run[] = []
    for (const run of runs) {
      const name = run.dataSha256 ? null : datasetOf(run.spec)
      const dataSha256 = name && (await this.library.content(name).catch(() => null))
      if (dataSha256) await this.store.updateRun({ runId: run.runId, dataSha256 })
      known.push(dataSha256 ? { ...run, dataSha256 } : run)
    }
    return known
  }

  /**
   * Before anything is written: a run that cannot have its data must not start.
   * @throws LabError `dataset/missing`, `dataset/damaged`, `dataset/changed`
   */
  async check(runs: readonly RunWithData[]): Promise<void> {
    const states = await this.library.list()
    for (const { info, state, problem } of states) {
      const needed = runs.filter(({ spec }) => datasetOf(spec) === info.name)
      for (const run of distinctContents(needed)) await this.#requireOwn(run, info.name)
      if (!needed.some(({ dataSha256 }) => !dataSha256)) continue
      if (state === 'damaged') throw new LabError('dataset/damaged', problem ?? `${info.title} is damaged.`)
      if (state === 'missing' || state === 'fetching')
        throw new LabError(
          'dataset/missing',
          `${info.title} is not on this machine. Get it on the Data page, with 'basin data fetch ${info.name}', or name the folder that has it in BASIN_DATASETS.`,
        )
    }
  }

  /**
   * What an analysis of a run is to read.
   * @param otherData - whatever is here, where the run's own data are not
   * @throws LabError `dataset/missing`, `dataset/damaged`, `dataset/changed`
   */
  async asked(run: RunWithData, otherData: boolean): Promise<AskedData> {
    const name = datasetOf(run.spec)
    if (!name) return { sha256: null, relation: 'made' }
    if (!run.dataSha256) return { sha256: await this.library.content(name), relation: 'unknown' }
    try {
      await this.#requireOwn(run, name)
      return { sha256: run.dataSha256, relation: 'same' }
    } catch (error) {
      if (!otherData || !isDataProblem(error)) throw error
      return { sha256: await this.library.content(name), relation: 'other' }
    }
  }

  async #requireOwn({ label, dataSha256 }: RunWithData, name: DatasetName): Promise<void> {
    try {
      await this.library.require(name, dataSha256!)
    } catch (error) {
      if (!isLabError(error, 'dataset/changed') || !label) throw error
      throw new LabError(
        error.code,
        error.message.replace(/^A run/, () => `'${label}'`),
      )
    }
  }
}

/** Why a run waits for its data, and how it goes on. */
export function untilDataAreBack({ message }: LabError): string {
  const text = message.replace(/^(A run|'.*') was/, 'This run was')
  return `${text} Once its data are here it goes on from where it was: with the next start of Basin, or 'basin resume'.`
}

/** The data set whose content decides what a run is trained on; null where its spec does. */
function datasetOf({ data }: RunSpec): DatasetName | null {
  return data.type === 'dataset' && !datasets[data.dataset].builtIn ? data.dataset : null
}

/** One run for each content that is known. */
function distinctContents(runs: readonly RunWithData[]): RunWithData[] {
  const byContent = new Map(runs.map((run) => [run.dataSha256, run]))
  return [...byContent.values()].filter(({ dataSha256 }) => dataSha256)
}
