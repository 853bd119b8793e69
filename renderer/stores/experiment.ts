/** The experiment that is open: what the lab says of it, kept fresh while it runs, and what a person can do with it. */
import { defineStore } from 'pinia'
import { nextTick, ref, shallowRef } from 'vue'
import { isLabError } from '../../shared/api/errors'
import type { ExperimentId } from '../../shared/api/ids'
import { connectionState, lab, onLabEvent, onLabOpen } from '../lab/lab-client'
import { ExperimentFeed, type ExperimentSnapshot } from './experiment-feed'
import { readExactResults } from './experiment-results'
import { useToasts } from './toasts'

export type OpenState = 'loading' | 'open' | 'missing' | 'failed'

const nextPaint = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()))

export const useExperimentStore = defineStore('experiment', () => {
  const toasts = useToasts()
  const state = ref<OpenState>('loading')
  const snapshot = shallowRef<ExperimentSnapshot | null>(null)
  const problem = ref<string | null>(null)
  /** Which target or data set is shown; null: the first. */
  const facet = ref<string | null>(null)
  /** After which epoch predictions are shown; null: the latest. */
  const epoch = ref<number | null>(null)
  let feed: ExperimentFeed | null = null

  onLabOpen(() => feed?.refresh())
  onLabEvent((event) => feed?.handle(event))

  function open(experimentId: ExperimentId) {
    close()
    state.value = 'loading'
    feed = new ExperimentFeed(experimentId, { lab, publish, onError })
  }

  function close() {
    feed?.dispose()
    feed = null
    snapshot.value = null
    problem.value = null
    facet.value = null
    epoch.value = null
  }

  async function publish(fresh: ExperimentSnapshot) {
    snapshot.value = fresh
    state.value = 'open'
    problem.value = null
    await nextTick()
    await nextPaint()
  }

  function onError(error: unknown) {
    if (isLabError(error, 'experiment/not-found')) {
      snapshot.value = null
      state.value = 'missing'
      return
    }
    // A lost connection has its own banner; the feed reads again when it is back.
    if (connectionState.value.state !== 'open') return
    problem.value = error instanceof Error ? error.message : String(error)
    if (!snapshot.value) state.value = 'failed'
  }

  function showFacet(next: string) {
    facet.value = next
    epoch.value = null
    feed?.showEpoch(null)
    feed?.showFacet(next)
  }

  function showEpoch(next: number | null) {
    epoch.value = next
    feed?.showEpoch(next)
  }

  const refresh = () => feed?.refresh()

  /** Pause, go on, stop, retry: the lab answers with events, which show it. */
  function act(action: 'pause' | 'resume' | 'stop' | 'retry' | 'retrain') {
    if (!feed) return
    const { experimentId } = feed
    const actions = {
      pause: () => lab.pauseExperiment({ experimentId }),
      resume: () => lab.resumeExperiment({ experimentId }),
      stop: () => lab.stopExperiment({ experimentId }),
      retry: () => lab.retryExperiment({ experimentId }),
      retrain: () => lab.retryExperiment({ experimentId, retrain: true }),
    }
    return toasts.attempt(async () => {
      await actions[action]()
      refresh()
    }, `Could not ${action} the experiment`)
  }

  /** What is shown now, with every point of every series. */
  async function exactSnapshot(): Promise<ExperimentSnapshot | null> {
    const shown = snapshot.value
    return shown && { ...shown, results: await readExactResults(lab, shown.results) }
  }

  return { state, snapshot, problem, facet, epoch, open, close, refresh, showFacet, showEpoch, act, exactSnapshot }
})
