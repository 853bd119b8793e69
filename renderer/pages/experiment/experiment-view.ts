/** What the experiment page shows, derived from the store's snapshot: figures of the visible groups, sums, states. Plain data, shallow. */
import { computed, shallowRef } from 'vue'
import { experimentKinds } from '../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../shared/experiments/results'
import { useExperimentStore } from '../../stores/experiment'
import { countStatuses, experimentStatus, isActive, statusNotices } from '../../text/experiment-status'
import { visibleRuns } from './group-visibility'
import { groupRuns } from './run-groups'

export function useExperimentView() {
  const store = useExperimentStore()
  /** Group indices that figures leave out. */
  const hidden = shallowRef<ReadonlySet<number>>(new Set())

  const detail = computed(() => store.snapshot?.detail ?? null)
  const progress = computed(() => store.snapshot?.progress ?? null)
  const kind = computed(() => (detail.value ? experimentKinds[detail.value.experiment.kind] : null))
  const runs = computed(() => detail.value?.runs ?? [])
  const facets = computed(() => [...new Set(runs.value.map((run) => run.facet))])
  const facet = computed(() => store.facet ?? facets.value[0] ?? '')
  const counts = computed(() => countStatuses(runs.value))
  const active = computed(() => isActive(counts.value))
  const runProgress = computed(() => new Map((progress.value?.runs ?? []).map((run) => [run.runId, run])))
  const groups = computed(() =>
    groupRuns(
      runs.value.filter((run) => run.facet === facet.value),
      runProgress.value,
    ),
  )
  const figures = computed(() => {
    const { snapshot } = store
    if (!snapshot || !kind.value) return []
    const results: ExperimentResults = {
      experiment: snapshot.detail.experiment,
      runs: visibleRuns(snapshot.results, hidden.value),
      analyses: [],
    }
    const drawn = kind.value.figures(results)
    // What has not come by now will not come any more.
    return active.value
      ? drawn
      : drawn.map((figure) => ({ ...figure, emptyText: 'nothing was recorded before the runs ended' }))
  })

  return {
    hidden,
    detail,
    progress,
    kind,
    facets,
    facet,
    counts,
    status: computed(() => experimentStatus(counts.value, progress.value?.paused ?? false)),
    active,
    notices: computed(() => statusNotices(runs.value)),
    frames: computed(() => store.snapshot?.frames ?? []),
    runProgress,
    groups,
    figures,
  }
}

export type ExperimentView = ReturnType<typeof useExperimentView>
