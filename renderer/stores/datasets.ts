/** The data sets that Basin knows, whether they are here, and getting them. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DatasetSample, DatasetState } from '../../shared/api/lab-api'
import { datasets, type DatasetName } from '../../shared/data/datasets'
import { isLabError } from '../../shared/api/errors'
import { lab, onLabEvent, onLabOpen } from '../lab/lab-client'
import { createRefresher } from './refresher'
import { useToasts } from './toasts'

export const useDatasetsStore = defineStore('datasets', () => {
  const toasts = useToasts()
  const states = shallowRef<readonly DatasetState[]>([])
  const loaded = shallowRef(false)
  /** Sets being imported right now. */
  const importing = shallowRef<ReadonlySet<DatasetName>>(new Set())
  const refresher = createRefresher(async () => {
    const list = await lab.listDatasets({}).catch(() => null)
    if (!list) return
    states.value = list
    loaded.value = true
  })

  onLabOpen(() => refresher.request())
  onLabEvent((event) => {
    if (event.type === 'datasets-changed') refresher.request()
  })

  const find = (name: DatasetName) => states.value.find((state) => state.info.name === name)

  async function fetch(name: DatasetName) {
    const title = datasets[name].title
    await toasts.attempt(async () => {
      try {
        await lab.fetchDataset({ dataset: name })
        toasts.show(`${title} is ready`)
      } catch (error) {
        // Cancelled by the person who started it: no news.
        if (!isLabError(error, 'dataset/canceled')) throw error
      }
    }, `Could not download ${title}`)
    refresher.request()
  }

  function cancelFetch(name: DatasetName) {
    return toasts.attempt(() => lab.cancelFetch({ dataset: name }), 'Could not cancel the download')
  }

  /** @returns why it failed, for the form that asked; null when it worked. */
  async function importFrom(name: DatasetName, paths: string[]): Promise<string | null> {
    importing.value = new Set(importing.value).add(name)
    try {
      await lab.importDataset({ dataset: name, paths })
      toasts.show(`${datasets[name].title} is ready`)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      const others = new Set(importing.value)
      others.delete(name)
      importing.value = others
      refresher.request()
    }
  }

  function removeVersion(name: DatasetName, sha256: string) {
    return toasts.attempt(() => lab.removeDatasetVersion({ dataset: name, sha256 }), 'Could not delete the version')
  }

  /** The first images; rejects when the set is not here. */
  function sample(name: DatasetName, count: number): Promise<DatasetSample> {
    return lab.sampleDataset({ dataset: name, count })
  }

  const actions = { fetch, cancelFetch, importFrom, removeVersion, sample }
  return { states, loaded, importing, find, refresh: refresher.request, ...actions }
})
