/** From the spec of "Random labels" to its runs, to a quicker spec and to a name. */
import { specError } from '../check-models'
import type { Plan, PlannedRun } from '../kind'
import { checkRunCount, countText } from '../model-groups'
import { spread } from '../quick-look'
import { planTask, quickTask, taskLabel } from '../task'
import type { RandomLabelsSpec } from './spec'

/** '50 % random', 'true labels' */
export function shareText(share: number): string {
  return share === 0 ? 'true labels' : `${Number((100 * share).toPrecision(6))} % random`
}

/** @throws LabError `spec/invalid` for a function, whose values are no labels. */
function checkLabelled({ task }: RandomLabelsSpec): void {
  if (task.type === 'dataset') return
  throw specError([{ path: ['task', 'type'], message: 'only images have labels; choose a data set' }])
}

function withShare(spec: RandomLabelsSpec, run: PlannedRun, index: number): PlannedRun {
  const { shares, how, seed } = spec.labels
  const share = shares[index]!
  const { data } = run.spec
  if (data.type !== 'dataset' || share === 0) return run
  const labels = { share, how, ...(seed === undefined ? {} : { seed }) }
  return { ...run, spec: { ...run.spec, data: { ...data, labels } } }
}

/** Each model with each share, each with all seeds, in this order. */
export function planRandomLabels(spec: RandomLabelsSpec): Plan {
  checkLabelled(spec)
  const { shares } = spec.labels
  checkRunCount(spec.models.length * shares.length * spec.seeds)
  const trained = planTask(spec)
  const several = spec.models.length > 1
  const runs = spec.models.flatMap(({ label: model }, modelIndex) =>
    shares.flatMap((share, index) =>
      trained
        .filter(({ groupIndex }) => groupIndex === modelIndex)
        .map((run): PlannedRun => {
          const group = several ? `${model}, ${shareText(share)}` : shareText(share)
          const label = `${model}, ${shareText(share)}, seed ${run.spec.seed}`
          return { ...withShare(spec, run, index), label, group, groupIndex: modelIndex * shares.length + index }
        }),
    ),
  )
  return { runs }
}

const quickShares = 3

export function quickRandomLabels(spec: RandomLabelsSpec): RandomLabelsSpec {
  checkLabelled(spec)
  const shares = spread(spec.labels.shares, quickShares)
  return { ...quickTask(spec, { variants: shares.length }), labels: { ...spec.labels, shares } }
}

/** 'MNIST, 784-256-256-10, 3 shares of random labels' */
export function nameRandomLabels({ task, models, labels }: RandomLabelsSpec): string {
  const [first] = models
  const what = models.length === 1 && first ? first.label : countText(models.length, 'model')
  const [share] = labels.shares
  const many = labels.shares.length
  const shares =
    many > 1 ? `${many} shares of random labels` : share === 0 ? 'true labels' : `${shareText(share!)} labels`
  return `${taskLabel(task)}, ${what}, ${shares}`.slice(0, 200)
}
