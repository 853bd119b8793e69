/** From the spec of "Train on an actual task" to its runs, to a quicker spec and to a name. */
import { datasets, type DatasetName } from '../../data/datasets'
import type { Plan } from '../kind'
import { checkModels } from '../check-models'
import {
  checkRunCount,
  commonSettings,
  countText,
  groupsOf,
  networkOf,
  plannedRuns,
  type NetworkEnds,
} from '../model-groups'
import { quickBreadth, quickDataShare, quickSizes, quickTraining } from '../quick-look'
import type { DatasetData } from '../run-spec'
import { checkSizes } from '../task'
import type { TrainOnTaskSpec } from './spec'

function endsOf(name: DatasetName): NetworkEnds {
  const { shape, classes } = datasets[name]
  return { input: shape, outputs: classes.length }
}

export function planTrainOnTask(spec: TrainOnTaskSpec): Plan {
  checkSizes(spec.dataset, ['dataset'])
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
  const { name } = spec.dataset
  checkModels(spec, endsOf(name))
  const { models, sweep, seeds } = quickBreadth({ ...spec, facets: [name] })
  const allSamples = spec.dataset.trainSize ?? datasets[name].trainSize
  const samples = Math.min(allSamples, quickSizes[name].trainSize)
  const testSamples = Math.min(spec.dataset.testSize ?? datasets[name].testSize, quickSizes[name].testSize)
  const work = { training: spec.training, models, sweep, ends: endsOf(name), repeats: seeds, samples, testSamples }
  const share = quickDataShare(work)
  const dataset = { name, trainSize: Math.ceil(samples * share), testSize: Math.ceil(testSamples * share) }
  const quick = quickTraining({ ...work, samples: dataset.trainSize, testSamples: dataset.testSize }, allSamples)
  const { epochs } = quick.training
  const evaluateEveryEpochs = Math.min(spec.evaluateEveryEpochs, Math.max(1, Math.floor(epochs / 10)))
  return { ...spec, dataset, sweep, seeds, ...quick, evaluateEveryEpochs }
}

/** 'MNIST, 3 models' */
export function nameTrainOnTask(spec: TrainOnTaskSpec): string {
  const [first] = spec.models
  const models = spec.models.length === 1 && first ? first.label : countText(spec.models.length, 'model')
  return `${datasets[spec.dataset.name].title}, ${models}`.slice(0, 200)
}
