/** "Parameter count": the same task for networks of many sizes. */
import { trainAndTestSeries } from '../../figures/training-figures'
import type { ExperimentKind } from '../kind'
import { parameterCountControls, parameterCountFigures } from './figures'
import { nameParameterCount, planParameterCount, quickParameterCount } from './plan'
import { parameterCountPresets } from './presets'
import { parameterCountSchema, type ParameterCountSpec } from './spec'

export const parameterCount: ExperimentKind<ParameterCountSpec> = {
  kind: 'parameter-count',
  title: 'Parameter count',
  chapter: 'Generalization',
  summary: 'One task, networks from small to large. Do more parameters help, or harm, on data never seen?',
  schema: parameterCountSchema,
  presets: parameterCountPresets,
  name: nameParameterCount,
  quick: quickParameterCount,
  plan: planParameterCount,
  series: () => [...trainAndTestSeries],
  controls: parameterCountControls,
  figures: parameterCountFigures,
}
