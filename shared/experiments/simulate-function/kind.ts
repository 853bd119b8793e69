/** "Simulate a function": networks of equal size and different depth learn a function of one variable. */
import type { ExperimentKind } from '../kind'
import { simulateFunctionFigures } from './figures'
import { nameSimulateFunction, planSimulateFunction, quickSimulateFunction } from './plan'
import { simulateFunctionPresets } from './presets'
import { simulateFunctionSchema, type SimulateFunctionSpec } from './spec'

export const simulateFunction: ExperimentKind<SimulateFunctionSpec> = {
  kind: 'simulate-function',
  title: 'Simulate a function',
  chapter: 'Deep against shallow',
  summary: 'Networks of equal size and different depth learn a function of x.',
  schema: simulateFunctionSchema,
  presets: simulateFunctionPresets,
  name: nameSimulateFunction,
  quick: quickSimulateFunction,
  plan: planSimulateFunction,
  figures: simulateFunctionFigures,
}
