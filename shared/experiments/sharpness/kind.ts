/** "Sharpness": indicators of generalization at the minima of trainings that differ in batch size or learning rate. */
import { trainAndTestSeries } from '../../figures/training-figures'
import type { ExperimentKind } from '../kind'
import { sharpnessFigures } from './figures'
import { sharpnessControls } from './measured-runs'
import { nameSharpness, planSharpness, quickSharpness } from './plan'
import { sharpnessPresets } from './presets'
import { sharpnessSchema, type SharpnessExperiment } from './spec'

export const sharpness: ExperimentKind<SharpnessExperiment> = {
  kind: 'sharpness',
  title: 'Sharpness',
  chapter: 'Generalization',
  summary: 'How sharp is the minimum that a training ends in, and does that tell how well the network generalizes?',
  asksRuns: true,
  schema: sharpnessSchema,
  presets: sharpnessPresets,
  name: nameSharpness,
  quick: quickSharpness,
  plan: planSharpness,
  series: () => [...trainAndTestSeries],
  controls: sharpnessControls,
  figures: sharpnessFigures,
}
