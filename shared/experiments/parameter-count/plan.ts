/** From the spec of "Parameter count" to its runs, to a quicker spec and to a name. */
import { checkModels } from '../check-models'
import type { Plan } from '../kind'
import { countText } from '../model-groups'
import { spread } from '../quick-look'
import { checkTask, planTask, quickTask, sampleCounts, taskEnds, taskLabel } from '../task'
import { sizedModels } from './sizes'
import type { ParameterCountSpec } from './spec'

/** What is wrong with the models or the task as they were given has its place there, not in networks made from them. */
function checkGiven({ task, models, training }: ParameterCountSpec): void {
  checkTask(task)
  checkModels(
    { models, training, sweep: { optimizers: [], learningRates: [] } },
    taskEnds(task),
    sampleCounts(task).samples,
  )
}

export function planParameterCount(spec: ParameterCountSpec): Plan {
  checkGiven(spec)
  return { runs: planTask({ ...spec, models: sizedModels(spec).map(({ entry }) => entry) }) }
}

/** Sizes of a quick look in all; a family has at least two of them. */
const quickSizes = 6

export function quickParameterCount(spec: ParameterCountSpec): ParameterCountSpec {
  checkGiven(spec)
  const { counts } = spec.sizes
  if (counts.length === 0) return quickTask({ ...spec, models: spread(spec.models, quickSizes) })
  const families = spec.models.slice(0, 3)
  const sizes = { ...spec.sizes, counts: spread(counts, Math.max(2, Math.floor(quickSizes / families.length))) }
  const few = { ...spec, models: families, sizes }
  const entries = sizedModels(few).map(({ entry }) => entry)
  const { models: _solved, ...quick } = quickTask({ ...few, models: entries })
  return { ...quick, models: families }
}

/** 'MNIST, 10 sizes of Two hidden layers', 'MNIST, 10 models' */
export function nameParameterCount({ task, models, sizes }: ParameterCountSpec): string {
  const { length } = sizes.counts
  const [first] = models
  const what = models.length === 1 && first ? first.label : countText(models.length, 'model')
  return `${taskLabel(task)}, ${length > 0 ? `${countText(length, 'size')} of ${what}` : what}`.slice(0, 200)
}
