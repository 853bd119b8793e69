/** From the spec of "Train on an actual task" to its runs, to a quicker spec and to a name. */
import type { Issue } from '../../api/errors'
import { datasets, type DatasetName } from '../../data/datasets'
import type { Plan } from '../kind'
import { checkModels, specError } from '../check-models'
import {
  checkRunCount,
  commonSettings,
  countText,
  groupsOf,
  networkOf,
  plannedRuns,
  type NetworkEnds,
} from '../model-groups'
import { quickBreadth, quickDataShare, quickTraining, sweptCount } from '../quick-look'
import type { DatasetData } from '../run-spec'
import type { TrainOnTaskSpec } from './spec'

const quickTrainSize = 6000
const quickTestSize = 2000

/** @throws LabError `spec/invalid` for more samples than the data set has. */
function checkSizes({ dataset }: TrainOnTaskSpec): void {
  const { title, trainSize, testSize } = datasets[dataset.name]
  const issues: Issue[] = []
  const check = (key: 'trainSize' | 'testSize', most: number, what: string): void => {
    if ((dataset[key] ?? 0) <= most) return
    issues.push({ path: ['dataset', key], message: `${title} has only ${most.toLocaleString('en')} ${what} images` })
  }
  check('trainSize', trainSize, 'training')
  check('testSize', testSize, 'test')
  if (issues.length > 0) throw specError(issues)
}

function endsOf(name: DatasetName): NetworkEnds {
  const { shape, classes } = datasets[name]
  return { input: shape, outputs: classes.length }
}

export function planTrainOnTask(spec: TrainOnTaskSpec): Plan {
  checkSizes(spec)
  const ends = endsOf(spec.dataset.name)
  checkModels(spec, ends)
  const groups = groupsOf(spec.models, spec.training, spec.sweep)
  checkRunCount(groups.length * spec.seeds)
  const { name, trainSize, testSize } = spec.dataset
  const data: DatasetData = {
    type: 'dataset',
    dataset: name,
    ...(trainSize === undefined ? {} : { trainSize }),
    ...(testSize === undefined ? {} : { testSize }),
  }
  const common = commonSettings(spec.training)
  const runs = plannedRuns(groups, spec, datasets[name].title, false, ({ entry, optimizer }, seed) => ({
    model: networkOf(entry, ends),
    data,
    loss: 'softmax-cross-entropy',
    optimizer,
    ...common,
    evaluateEveryEpochs: spec.evaluateEveryEpochs,
    seed,
  }))
  return { runs }
}

export function quickTrainOnTask(spec: TrainOnTaskSpec): TrainOnTaskSpec {
  const { models, sweep, seeds } = quickBreadth({ ...spec, facets: [spec.dataset.name] })
  const { name } = spec.dataset
  const { trainSize, testSize } = datasets[name]
  const networks = models.map((entry) => networkOf(entry, endsOf(name)))
  const samples = Math.min(spec.dataset.trainSize ?? trainSize, quickTrainSize)
  const testSamples = Math.min(spec.dataset.testSize ?? testSize, quickTestSize)
  const work = {
    training: spec.training,
    models: networks,
    runsPerModel: sweptCount(sweep) * seeds,
    samples,
    testSamples,
  }
  const share = quickDataShare(work)
  const dataset = { name, trainSize: Math.ceil(samples * share), testSize: Math.ceil(testSamples * share) }
  const training = quickTraining({ ...work, samples: dataset.trainSize, testSamples: dataset.testSize })
  const evaluateEveryEpochs = Math.min(spec.evaluateEveryEpochs, Math.max(1, Math.floor(training.epochs / 10)))
  return { ...spec, dataset, models, sweep, seeds, training, evaluateEveryEpochs }
}

/** 'MNIST, 3 models' */
export function nameTrainOnTask(spec: TrainOnTaskSpec): string {
  const [first] = spec.models
  const models = spec.models.length === 1 && first ? first.label : countText(spec.models.length, 'model')
  return `${datasets[spec.dataset.name].title}, ${models}`.slice(0, 200)
}
