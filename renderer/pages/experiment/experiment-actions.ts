/** What a person can do with the open experiment, apart from pausing and stopping it. */
import { useRouter } from 'vue-router'
import { figuresOf } from '../../../shared/experiments/figures-of'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import type { Figure } from '../../../shared/figures/figure'
import { lab } from '../../lab/lab-client'
import { useExperimentStore } from '../../stores/experiment'
import { readDetail } from '../../stores/experiment-results'
import { useToasts } from '../../stores/toasts'
import { exportExperiment, type ExperimentExport } from './experiment-export'
import type { ExperimentView } from './experiment-view'
import { visibleAnalyses, visibleRuns } from './group-visibility'

/** What the x axes of figures count, by their labels. */
const axisMeanings: Readonly<Record<string, 'step' | 'epoch'>> = { epoch: 'epoch', iteration: 'step' }

export function useExperimentActions(view: ExperimentView) {
  const router = useRouter()
  const store = useExperimentStore()
  const toasts = useToasts()

  async function rename(name: string) {
    const experiment = view.detail.value?.experiment
    if (!experiment) return
    const { experimentId } = experiment
    await toasts.attempt(() => lab.renameExperiment({ experimentId, name }), 'Could not rename the experiment')
    store.refresh()
  }

  function duplicate() {
    const experiment = view.detail.value?.experiment
    if (!experiment) return
    const { experimentId, kind } = experiment
    void router.push({ name: 'wizard', params: { kind }, query: { from: experimentId } })
  }

  /** A new experiment of a kind that asks these runs, those that came to an end. */
  function analyse(kind: ExperimentKindId) {
    const detail = view.detail.value
    if (!detail) return
    const runs = [...detail.runs, ...detail.sourceRuns].filter(({ status }) => status === 'finished')
    void router.push({ name: 'wizard', params: { kind }, query: { runs: runs.map(({ runId }) => runId).join(',') } })
  }

  /** Deletes at once, goes home, and offers to undo, which comes back here. */
  async function remove() {
    const experiment = view.detail.value?.experiment
    if (!experiment) return
    const { experimentId, name } = experiment
    const restore = async () => {
      await lab.restoreExperiment({ experimentId })
      await router.push({ name: 'experiment', params: { experimentId } })
    }
    await toasts.attempt(async () => {
      await lab.deleteExperiment({ experimentId })
      await router.push({ name: 'home' })
      const undo = () => void toasts.attempt(restore, 'Could not bring it back')
      toasts.show(`Deleted “${name}”`, { action: { label: 'Undo', run: undo } })
    }, 'Could not delete the experiment')
  }

  /** What analyses found stays; asking again needs the runs to be trained again. */
  async function forgetSnapshots() {
    const experiment = view.detail.value?.experiment
    if (!experiment) return
    const { experimentId } = experiment
    await toasts.attempt(async () => {
      await lab.deleteSnapshots({ experimentId })
      toasts.show('Deleted the snapshots along the runs; their last weights stay')
    }, 'Could not delete the snapshots')
  }

  /** The figures shown now, with every point in them. */
  async function exactFigures(): Promise<Figure[]> {
    const snapshot = await store.exactSnapshot()
    if (!snapshot || !view.kind.value) return []
    const { hidden, choices } = view
    const runs = visibleRuns(snapshot.results, hidden.value)
    const analyses = visibleAnalyses(snapshot.analyses, hidden.value)
    const { experiment } = snapshot.detail
    return figuresOf({ experiment, runs, analyses }, choices.value)
  }

  async function exactFigure(figureId: string): Promise<Figure> {
    const shown = view.figures.value.find((figure) => figure.figureId === figureId)!
    return (await exactFigures()).find((figure) => figure.figureId === figureId) ?? shown
  }

  /** A figure within a range of its x, as finely as can be drawn; null when it is already. */
  async function fineFigure(figure: Figure, [from, to]: readonly [number, number]): Promise<Figure | null> {
    const { snapshot } = store
    const per = axisMeanings[figure.x.label]
    if (!snapshot || !view.kind.value || !per) return null
    const runs = await readDetail(lab, visibleRuns(snapshot.results, view.hidden.value), { per, from, to })
    if (!runs) return null
    const analyses = visibleAnalyses(snapshot.analyses, view.hidden.value)
    const { experiment } = snapshot.detail
    const figures = figuresOf({ experiment, runs, analyses }, view.choices.value)
    return figures.find(({ figureId }) => figureId === figure.figureId) ?? null
  }

  function exportAll(what: ExperimentExport) {
    const detail = view.detail.value
    if (!detail) return
    const parts = { detail, shown: view.figures.value, exact: exactFigures }
    return toasts.attempt(() => exportExperiment(what, parts), 'Could not export')
  }

  return { rename, duplicate, analyse, remove, forgetSnapshots, exactFigure, fineFigure, exportAll }
}
