/** "Critical points": where trainings end when the gradient vanishes, and whether those places are minima. */
import type { ExperimentKind } from '../kind'
import { criticalPointFigures } from './figures'
import { nameCriticalPoint, planCriticalPoint, quickCriticalPoint } from './plan'
import { criticalPointControls, pickTraining } from './points'
import { criticalPointPresets } from './presets'
import { criticalPointSchema, type CriticalPointExperiment } from './spec'

export const criticalPoint: ExperimentKind<CriticalPointExperiment> = {
  kind: 'critical-point',
  title: 'Critical points',
  chapter: 'Optimization',
  summary: 'Many trainings go on until the gradient vanishes. The eigenvalues of the Hessian tell minima from saddles.',
  asksRuns: true,
  schema: criticalPointSchema,
  presets: criticalPointPresets,
  name: nameCriticalPoint,
  quick: quickCriticalPoint,
  plan: planCriticalPoint,
  series: () => ['batchLoss', 'gradientNorm'],
  controls: criticalPointControls,
  figures: criticalPointFigures,
  pick: pickTraining,
}
