/** "Sensitivity": how much networks trained with other batch sizes or learning rates change with their input. */
import { trainAndTestSeries } from '../../figures/training-figures'
import type { ExperimentKind } from '../kind'
import { sensitivityFigures } from './figures'
import { placeControls } from './places'
import { nameSensitivity, planSensitivity, quickSensitivity } from './plan'
import { sensitivityPresets } from './presets'
import { sensitivitySchema, type SensitivityExperiment } from './spec'

export const sensitivity: ExperimentKind<SensitivityExperiment> = {
  kind: 'sensitivity',
  title: 'Sensitivity',
  chapter: 'Generalization',
  summary: 'One network trained with many batch sizes or learning rates, and how much its loss changes with the input.',
  asksRuns: true,
  schema: sensitivitySchema,
  presets: sensitivityPresets,
  name: nameSensitivity,
  quick: quickSensitivity,
  plan: planSensitivity,
  series: () => [...trainAndTestSeries],
  controls: placeControls,
  figures: sensitivityFigures,
}
