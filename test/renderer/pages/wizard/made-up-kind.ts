/** A kind of experiment with a task and one key of its own, for tests of what all such kinds share. */
import { z } from 'zod'
import type { ExperimentKind, ExperimentKindId } from '../../../../shared/experiments/kind'
import { denseLayers } from '../../../../shared/experiments/model-groups'
import { planTask, quickTask, taskLabel, taskShape } from '../../../../shared/experiments/task'

const schema = z.strictObject({ ...taskShape, probe: z.strictObject({ width: z.number().positive() }) })
type Spec = z.infer<typeof schema>

const training = { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 32, epochs: 10 }
const models = [{ label: 'Small', hidden: denseLayers([8]) }]
const digits = { type: 'dataset', name: 'digits', trainSize: 500 }

const presets = [
  { name: 'default', task: { type: 'function', expression: 'x^2' } },
  { name: 'images', task: digits },
].map(({ name, task }) => ({
  name,
  title: name,
  description: name,
  spec: schema.parse({ task, models, training, probe: { width: 2 } }),
}))

export const madeUpKind: ExperimentKind<Spec> = {
  kind: 'made-up' as ExperimentKindId,
  title: 'Made up',
  chapter: 'Optimization',
  summary: '',
  schema,
  presets: presets as unknown as ExperimentKind<Spec>['presets'],
  name: ({ task }) => taskLabel(task),
  quick: quickTask,
  plan: (spec) => ({ runs: planTask(spec) }),
  figures: () => [],
}
