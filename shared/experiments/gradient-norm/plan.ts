/** From the spec of "Gradient norm" to its runs, to a quicker spec and to a name. */
import type { Plan } from '../kind'
import { countText } from '../model-groups'
import type { RunCourse } from '../run-course'
import type { GradientPhase, RecordSettings } from '../run-spec'
import { planTask, quickTask, taskLabel, trainedCourse } from '../task'
import type { GradientNormSpec } from './spec'

export function planGradientNorm(spec: GradientNormSpec): Plan {
  const { fullEvery, perLayer } = spec.gradient
  const record: RecordSettings = {
    ...(fullEvery === undefined ? {} : { fullGradientEvery: fullEvery }),
    ...(perLayer ? { layerGradients: true } : {}),
  }
  const phase = spec.gradientPhase ? { gradientPhase: spec.gradientPhase } : {}
  return { runs: planTask(spec, { record, ...phase }) }
}

/** A second phase of a quick look. */
const quickPhaseSteps = 200

function quickPhase(phase: GradientPhase, share: number): GradientPhase {
  const { switchAt } = phase
  const sooner = (count: number): number => Math.max(1, Math.floor(count * share))
  const at =
    switchAt.at === 'step'
      ? { ...switchAt, step: sooner(switchAt.step) }
      : switchAt.at === 'epoch'
        ? { ...switchAt, epoch: sooner(switchAt.epoch) }
        : switchAt
  return { ...phase, switchAt: at, maxSteps: Math.min(phase.maxSteps, quickPhaseSteps) }
}

/** A gradient over the whole set costs as much as an epoch: a quick look has no more of them than epochs, but some. */
function quickFullEvery(fullEvery: number, { stepsPerEpoch, totalSteps }: RunCourse): number {
  return Math.max(stepsPerEpoch, Math.min(fullEvery, Math.floor(totalSteps / 4)))
}

export function quickGradientNorm(spec: GradientNormSpec): GradientNormSpec {
  const quick = quickTask(spec)
  const course = trainedCourse(quick)
  const { fullEvery } = spec.gradient
  const full = fullEvery === undefined ? {} : { fullEvery: quickFullEvery(fullEvery, course) }
  const share = course.totalSteps / trainedCourse(spec).totalSteps
  const phase = spec.gradientPhase ? { gradientPhase: quickPhase(spec.gradientPhase, share) } : {}
  return { ...quick, gradient: { ...spec.gradient, ...full }, ...phase }
}

/** 'MNIST, 784-128-10' */
export function nameGradientNorm({ task, models }: GradientNormSpec): string {
  const [first] = models
  const what = models.length === 1 && first ? first.label : countText(models.length, 'model')
  return `${taskLabel(task)}, ${what}`.slice(0, 200)
}
