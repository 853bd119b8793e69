/** "Weight trajectories": where trainings of one network go from different starts. */
import type { ExperimentKind } from '../kind'
import { weightTrajectoryFigures } from './figures'
import { nameWeightTrajectory, planWeightTrajectory, quickWeightTrajectory } from './plan'
import { weightTrajectoryPresets } from './presets'
import { weightTrajectorySchema, type WeightTrajectorySpec } from './spec'
import { weightTrajectoryControls } from './trajectories'

export const weightTrajectory: ExperimentKind<WeightTrajectorySpec> = {
  kind: 'weight-trajectory',
  title: 'Weight trajectories',
  chapter: 'Optimization',
  asksRuns: true,
  summary: 'The ways of several trainings through the space of their weights, projected to its principal components.',
  schema: weightTrajectorySchema,
  presets: weightTrajectoryPresets,
  name: nameWeightTrajectory,
  quick: quickWeightTrajectory,
  plan: planWeightTrajectory,
  series: () => ['trainLoss', 'testAccuracy'],
  controls: weightTrajectoryControls,
  figures: weightTrajectoryFigures,
}
