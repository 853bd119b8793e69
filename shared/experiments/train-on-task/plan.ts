/** From the spec of "Train on an actual task" to its runs, to a quicker spec and to a name. */
import { datasets, type DatasetName } from '../../data/datasets'
import { shapeSize } from '../../models/model'
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
import { withoutLonelyBatch } from '../lonely-batches'
import { quickBreadth, quickDataShare, quickSizes, quickTraining } from '../quick-look'
import type { DatasetData } from '../run-spec'
import { checkSizes } from '../task'
import type { TrainOnTaskSpec } from './spec'

function endsOf(name: DatasetName): NetworkEnds {
  const { shape, classes } = datasets[name]
  return { input: shape, outputs: classes.length }
}

function samplesOf({ dataset }: TrainOnTaskSpec, name: DatasetName): number {
  return dataset.trainSize ?? datasets[name].trainSize
}

/** The data set and those beside it, each once. */
function datasetsOf({ dataset, alsoOn }: TrainOnTaskSpec): DatasetName[] {
  return [...new Set([dataset.name, ...alsoOn])]
}

function dataOf({ trainSize, testSize }: TrainOnTaskSpec['dataset'], name: DatasetName): DatasetData {
  return {
    type: 'dataset',
    dataset: name,
    ...(trainSize === undefined ? {} : { trainSize }),
    ...(testSize === undefined ? {} : { testSize }),
  }
}

export function planTrainOnTask(spec: TrainOnTaskSpec): Plan {
  const names = datasetsOf(spec)
  for (const name of names) {
    checkSizes({ ...spec.dataset, name }, ['dataset'])
    checkModels(spec, endsOf(name), samplesOf(spec, name))
  }
  const groups = groupsOf(spec.models, spec.training, spec.sweep)
  checkRunCount(names.length * groups.length * spec.seeds)
  const common = commonSettings(spec.training)
  const runs = names.flatMap((name) =>
    plannedRuns(groups, spec, datasets[name].title, names.length > 1, ({ entry, optimizer }, seed) => ({
      model: networkOf(entry, endsOf(name)),
      data: dataOf(spec.dataset, name),
      loss: 'softmax-cross-entropy',
      optimizer,
      ...common,
      evaluateEveryEpochs: spec.evaluateEveryEpochs,
      seed,
    })),
  )
  return { runs }
}

export function quickTrainOnTask(spec: TrainOnTaskSpec): TrainOnTaskSpec {
  const { facets, models, sweep, seeds } = quickBreadth({ ...spec, facets: datasetsOf(spec) })
  for (const name of facets) checkModels(spec, endsOf(name), samplesOf(spec, name))
  // What fits the largest of the images fits all.
  const name = facets.reduce((large, other) => (pixels(other) > pixels(large) ? other : large))
  const allSamples = samplesOf(spec, name)
  const samples = Math.min(allSamples, quickSizes[name].trainSize)
  const testSamples = Math.min(spec.dataset.testSize ?? datasets[name].testSize, quickSizes[name].testSize)
  const repeats = seeds * facets.length
  const work = { training: spec.training, models, sweep, ends: endsOf(name), repeats, samples, testSamples }
  const share = quickDataShare(work)
  const trainSize = withoutLonelyBatch(Math.ceil(samples * share), [spec.training.batchSize])
  const sizes = { trainSize, testSize: Math.ceil(testSamples * share) }
  const quick = quickTraining({ ...work, samples: sizes.trainSize, testSamples: sizes.testSize }, allSamples)
  const { epochs } = quick.training
  const evaluateEveryEpochs = Math.min(spec.evaluateEveryEpochs, Math.max(1, Math.floor(epochs / 10)))
  const dataset = { name: facets[0]!, ...sizes }
  return { ...spec, dataset, alsoOn: facets.slice(1), sweep, seeds, ...quick, evaluateEveryEpochs }
}

function pixels(name: DatasetName): number {
  return shapeSize(datasets[name].shape)
}

/** 'MNIST, 3 models', 'MNIST and CIFAR-10, 3 models' */
export function nameTrainOnTask(spec: TrainOnTaskSpec): string {
  const [first] = spec.models
  const models = spec.models.length === 1 && first ? first.label : countText(spec.models.length, 'model')
  const titles = datasetsOf(spec).map((name) => datasets[name].title)
  return `${titles.join(' and ')}, ${models}`.slice(0, 200)
}
