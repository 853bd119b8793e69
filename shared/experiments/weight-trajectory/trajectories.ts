/** What the figures of "Weight trajectories" have in common: the projections of an experiment, their trainings, what was chosen of them. */
import type {
  LayerProjection,
  WeightTrajectoryQuestion,
  WeightTrajectoryResult,
} from '../../analyses/weight-trajectory'
import type { AnalysisSummary } from '../../api/records'
import { parameterLayout } from '../../models/model'
import type { ViewChoices, ViewControl } from '../kind'
import type { ExperimentResults, RunResults } from '../results'

/** One analysis: the trainings of one model. */
export interface Trajectories {
  analysis: AnalysisSummary
  /** Null before there is any. */
  result: WeightTrajectoryResult | null
  /** In the order of their colours. */
  runs: RunResults[]
  /** In front of titles when there are several models. */
  prefix: string
}

export function trajectoriesOf({ analyses, runs }: ExperimentResults): Trajectories[] {
  const asked = analyses.filter(({ analysis }) => analysis.kind === 'weight-trajectory')
  return asked.map(({ analysis, result }) => ({
    analysis,
    result: result as WeightTrajectoryResult | null,
    runs: analysis.runIds.flatMap((runId) => runs.find(({ run }) => run.runId === runId) ?? []),
    prefix: asked.length > 1 ? analysis.label : '',
  }))
}

/** The whole model (null) and the layers asked for. */
export function selectionsOf({ analysis }: Trajectories): (string | null)[] {
  return [null, ...(analysis.spec as WeightTrajectoryQuestion).layers]
}

export function projectionOf({ result }: Trajectories, layer: string | null): LayerProjection | undefined {
  return result?.projections.find((projection) => projection.layer === layer)
}

/** 'the whole model', 'layer1 (32 → 16)' */
export function selectionText({ runs }: Trajectories, layer: string | null): string {
  if (layer === null) return 'the whole model'
  const model = runs[0]?.run.spec.model
  const slice = model && parameterLayout(model).find(({ name }) => name === layer)
  return slice ? `${layer} (${slice.inputs} → ${slice.outputs})` : layer
}

/** What sets a training apart from the others: 'seed 3', or its label where seeds repeat. */
export function trainingName({ runs }: Trajectories, index: number): string {
  const run = runs[index]?.run
  if (!run) return `training ${index + 1}`
  const isAlone = runs.filter(({ run: other }) => other.seed === run.seed).length === 1
  return isAlone ? `seed ${run.seed}` : run.label
}

export type Annotation = 'accuracy' | 'loss' | 'epoch' | 'none'

export interface Chosen {
  /** 'all': the whole model and each layer; 'model'; a layer. */
  layer: string
  dimensions: '2' | '3'
  annotate: Annotation
  /** 'all', or the id of a run. */
  training: string
}

function hasClasses(trajectories: readonly Trajectories[]): boolean {
  return trajectories.some(({ runs }) => runs.some(({ run }) => run.spec.loss === 'softmax-cross-entropy'))
}

export function chosenOf(trajectories: readonly Trajectories[], view: ViewChoices): Chosen {
  const text = (key: string, otherwise: string): string => String(view[key] ?? otherwise)
  return {
    layer: text('layer', 'all'),
    dimensions: text('dimensions', '2') === '3' ? '3' : '2',
    annotate: text('annotate', hasClasses(trajectories) ? 'accuracy' : 'loss') as Annotation,
    training: text('training', 'all'),
  }
}

export function weightTrajectoryControls(results: ExperimentResults): ViewControl[] {
  const all = trajectoriesOf(results)
  const layers = [...new Set(all.flatMap(selectionsOf))].filter((layer) => layer !== null)
  const classes = hasClasses(all)
  const trainings = all.flatMap((trajectories) =>
    trajectories.runs.map(({ run }, index) => ({
      value: run.runId as string,
      label: [trajectories.prefix, trainingName(trajectories, index)].filter((part) => part !== '').join(', '),
    })),
  )
  return [
    ...(layers.length > 0 ? [layerControl(layers)] : []),
    {
      key: 'dimensions',
      label: 'Dimensions',
      type: 'choice',
      default: '2',
      options: [
        { value: '2', label: '2-D' },
        { value: '3', label: '3-D' },
      ],
    },
    {
      key: 'annotate',
      label: 'Annotate with',
      type: 'choice',
      default: classes ? 'accuracy' : 'loss',
      options: [
        ...(classes ? [{ value: 'accuracy', label: 'Test accuracy' }] : []),
        { value: 'loss', label: 'Test loss' },
        { value: 'epoch', label: 'Epoch' },
        { value: 'none', label: 'Nothing' },
      ],
    },
    {
      key: 'training',
      label: 'Training',
      type: 'choice',
      default: 'all',
      options: [{ value: 'all', label: 'All' }, ...trainings],
      title: 'One training alone keeps its place among the others: the axes are those of all',
    },
  ]
}

function layerControl(layers: readonly string[]): ViewControl {
  return {
    key: 'layer',
    label: 'Weights of',
    type: 'choice',
    default: 'all',
    options: [
      { value: 'all', label: 'Model and layers' },
      { value: 'model', label: 'Whole model' },
      ...layers.map((layer) => ({ value: layer, label: layer })),
    ],
  }
}
