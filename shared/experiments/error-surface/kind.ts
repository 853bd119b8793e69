/** "Error surface": the loss on a line or a plane through the weights, with the way of the training on it. */
import type { ExperimentKind } from '../kind'
import { errorSurfaceFigures } from './figures'
import { nameErrorSurface, planErrorSurface, quickErrorSurface } from './plan'
import { errorSurfacePresets } from './presets'
import { errorSurfaceControls } from './surfaces'
import { errorSurfaceSchema, type ErrorSurfaceExperiment } from './spec'

export const errorSurface: ExperimentKind<ErrorSurfaceExperiment> = {
  kind: 'error-surface',
  title: 'Error surface',
  chapter: 'Optimization',
  summary: 'The loss on a plane through the weights: the main axes of the way, random directions, or between runs.',
  asksRuns: true,
  schema: errorSurfaceSchema,
  presets: errorSurfacePresets,
  name: nameErrorSurface,
  quick: quickErrorSurface,
  plan: planErrorSurface,
  series: () => [],
  controls: errorSurfaceControls,
  figures: errorSurfaceFigures,
}
