/** "Gradient norm": loss and gradient norm at every iteration. */
import type { ExperimentKind } from '../kind'
import { gradientNormControls, gradientNormFigures, gradientNormSeries } from './figures'
import { nameGradientNorm, planGradientNorm, quickGradientNorm } from './plan'
import { gradientNormPresets } from './presets'
import { gradientNormSchema, type GradientNormSpec } from './spec'

export const gradientNorm: ExperimentKind<GradientNormSpec> = {
  kind: 'gradient-norm',
  title: 'Gradient norm',
  chapter: 'Optimization',
  summary: 'Loss and gradient norm at every iteration, of minibatches, of all data, of single layers.',
  schema: gradientNormSchema,
  presets: gradientNormPresets,
  name: nameGradientNorm,
  quick: quickGradientNorm,
  plan: planGradientNorm,
  series: gradientNormSeries,
  controls: gradientNormControls,
  figures: gradientNormFigures,
}
