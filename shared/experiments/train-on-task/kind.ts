/** "Train on an actual task": networks learn to classify the images of a data set. */
import type { ExperimentKind } from '../kind'
import { trainOnTaskFigures } from './figures'
import { nameTrainOnTask, planTrainOnTask, quickTrainOnTask } from './plan'
import { trainOnTaskPresets } from './presets'
import { trainOnTaskSchema, type TrainOnTaskSpec } from './spec'

export const trainOnTask: ExperimentKind<TrainOnTaskSpec> = {
  kind: 'train-on-task',
  title: 'Train on an actual task',
  chapter: 'Deep against shallow',
  summary: 'Dense and convolutional networks learn to recognize drawn digits, MNIST or the photographs of CIFAR-10.',
  schema: trainOnTaskSchema,
  presets: trainOnTaskPresets,
  name: nameTrainOnTask,
  quick: quickTrainOnTask,
  plan: planTrainOnTask,
  figures: trainOnTaskFigures,
}
