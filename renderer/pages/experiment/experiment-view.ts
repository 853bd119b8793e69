/** What the experiment page shows, derived from the store's snapshot: figures of the visible groups, sums, states. Plain data, shallow. */
import { computed, shallowRef } from 'vue'
import type { RunId } from '../../../shared/api/ids'
import type { PickedPoint, ViewChoices } from '../../../shared/experiments/kind'
import { figuresOf } from '../../../shared/experiments/figures-of'
import { experimentKinds } from '../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../shared/experiments/results'
import { useExperimentStore } from '../../stores/experiment'
import { countStatuses, experimentStatus, isActive, statusNotices } from '../../text/experiment-status'
import { visibleAnalyses, visibleRuns } from './group-visibility'
import { groupRuns } from './run-groups'

export function useExperimentView() {
  const store = useExperimentStore()
  /** Group indices that figures leave out. */
  const hidden = shallowRef<ReadonlySet<number>>(new Set())

  /** What was chosen about the figures. */
  const choices = shallowRef<ViewChoices>({})

  const detail = computed(() => store.snapshot?.detail ?? null)
  const progress = computed(() => store.snapshot?.progress ?? null)
  const kind = computed(() => (detail.value ? experimentKinds[detail.value.experiment.kind] : null))
  const runs = computed(() => detail.value?.runs ?? [])
  const analyses = computed(() => detail.value?.analyses ?? [])
  const facets = computed(() => [...new Set([...runs.value, ...analyses.value].map(({ facet }) => facet))])
  const facet = computed(() => store.facet ?? facets.value[0] ?? '')
  const counts = computed(() => countStatuses([...runs.value, ...analyses.value]))
  const active = computed(() => isActive(counts.value))
  const runProgress = computed(() => new Map((progress.value?.runs ?? []).map((run) => [run.runId, run])))
  const groups = computed(() =>
    groupRuns(
      [...runs.value.filter((run) => run.facet === facet.value), ...(detail.value?.sourceRuns ?? [])],
      runProgress.value,
    ),
  )
  const results = computed<ExperimentResults | null>(() => {
    const { snapshot } = store
    if (!snapshot) return null
    const { experiment } = snapshot.detail
    return {
      experiment,
      runs: visibleRuns(snapshot.results, hidden.value),
      analyses: visibleAnalyses(snapshot.analyses, hidden.value),
    }
  })
  const controls = computed(() => (results.value && kind.value?.controls?.(results.value)) || [])
  const figures = computed(() => {
    if (!results.value || !kind.value) return []
    const drawn = figuresOf(results.value, choices.value)
    // What has not come by now will not come any more.
    return active.value
      ? drawn
      : drawn.map((figure) => ({ ...figure, emptyText: 'nothing was recorded before the runs ended' }))
  })

  /** A point of a figure that was clicked on. */
  function pick(point: PickedPoint) {
    const chosen = results.value && kind.value?.pick?.(results.value, point)
    if (chosen) choices.value = { ...choices.value, ...chosen }
  }

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
    notices: computed(() => statusNotices(runs.value, analyses.value)),
    hasSnapshots: computed(() => runs.value.some(({ spec }) => spec.record?.snapshots !== undefined)),
    analyses,
    analysisProgress: computed(
      () => new Map((progress.value?.analyses ?? []).map((analysis) => [analysis.analysisId, analysis])),
    ),
    controls,
    choices,
    pick,
    frames: computed(() => store.snapshot?.frames ?? []),
    runProgress,
    queue: computed(() => store.snapshot?.queue ?? new Map<RunId, number>()),
    groups,
    figures,
  }
}

export type ExperimentView = ReturnType<typeof useExperimentView>
