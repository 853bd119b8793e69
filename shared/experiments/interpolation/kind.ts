/** "Interpolation": loss and accuracy on the line between two trainings, flatness seen along one direction. */
import type { ExperimentKind } from '../kind'
import { interpolationFigures } from './figures'
import { nameInterpolation, planInterpolation, quickInterpolation } from './plan'
import { interpolationPresets } from './presets'
import { interpolationSchema, type InterpolationExperiment } from './spec'

export const interpolation: ExperimentKind<InterpolationExperiment> = {
  kind: 'interpolation',
  title: 'Interpolation',
  chapter: 'Generalization',
  summary: 'Two trainings that differ in batch size or learning rate, and the loss on the line through their weights.',
  asksRuns: true,
  schema: interpolationSchema,
  presets: interpolationPresets,
  name: nameInterpolation,
  quick: quickInterpolation,
  plan: planInterpolation,
  series: () => ['trainLoss', 'testLoss'],
  figures: interpolationFigures,
}
