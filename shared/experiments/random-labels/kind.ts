/** "Random labels": networks learn labels by heart that say nothing about the images. */
import { trainAndTestSeries } from '../../figures/training-figures'
import type { ExperimentKind } from '../kind'
import { randomLabelsFigures } from './figures'
import { nameRandomLabels, planRandomLabels, quickRandomLabels } from './plan'
import { randomLabelsPresets } from './presets'
import { randomLabelsSchema, type RandomLabelsSpec } from './spec'

export const randomLabels: ExperimentKind<RandomLabelsSpec> = {
  kind: 'random-labels',
  title: 'Random labels',
  chapter: 'Generalization',
  summary: 'Training labels are shuffled or drawn anew. Can a network fit what cannot be learned?',
  schema: randomLabelsSchema,
  presets: randomLabelsPresets,
  name: nameRandomLabels,
  quick: quickRandomLabels,
  plan: planRandomLabels,
  series: () => [...trainAndTestSeries],
  figures: randomLabelsFigures,
}
