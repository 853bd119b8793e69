/** All experiments, newest first, where the running ones are, and what a person can do with one. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ExperimentId } from '../../shared/api/ids'
import type { ExperimentProgress } from '../../shared/api/lab-api'
import type { ExperimentSummary } from '../../shared/api/records'
import { lab, onLabEvent, onLabOpen } from '../lab/lab-client'
import { countsOf, isActive } from '../text/experiment-status'
import { createRefresher } from './refresher'
import { useToasts } from './toasts'

export const useExperimentsStore = defineStore('experiments', () => {
  const toasts = useToasts()
  const experiments = shallowRef<readonly ExperimentSummary[]>([])
  /** False until the first list came. */
  const loaded = shallowRef(false)
  const progress = shallowRef<ReadonlyMap<ExperimentId, ExperimentProgress>>(new Map())
  /** Running, paused or queued, newest first. */
  const active = computed(() => experiments.value.filter((experiment) => isActive(countsOf(experiment))))

  const refresher = createRefresher(async () => {
    const list = await lab.listExperiments({}).catch(() => null)
    if (!list) return
    experiments.value = list
    loaded.value = true
    const activeIds = new Set(active.value.map((experiment) => experiment.experimentId))
    progress.value = new Map([...progress.value].filter(([experimentId]) => activeIds.has(experimentId)))
  })

  onLabOpen(() => refresher.request())
  onLabEvent((event) => {
    if (event.type === 'experiments-changed' || event.type === 'experiment-changed') refresher.request()
    if (event.type === 'progress')
      progress.value = new Map(progress.value).set(event.progress.experimentId, event.progress)
  })

  function rename(experimentId: ExperimentId, name: string) {
    return toasts.attempt(() => lab.renameExperiment({ experimentId, name }), 'Could not rename the experiment')
  }

  /** Deletes at once and offers to undo it. */
  async function remove(experimentId: ExperimentId, name: string) {
    await toasts.attempt(async () => {
      await lab.deleteExperiment({ experimentId })
      const undo = () => toasts.attempt(() => lab.restoreExperiment({ experimentId }), 'Could not bring it back')
      toasts.show(`Deleted “${name}”`, { action: { label: 'Undo', run: () => void undo() } })
    }, 'Could not delete the experiment')
  }

  const find = (experimentId: string) => experiments.value.find((one) => one.experimentId === experimentId)
  return { experiments, loaded, progress, active, find, refresh: refresher.request, rename, remove }
})
