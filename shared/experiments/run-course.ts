/**
 * The course of a run: how many steps its phases have, and after which of them something is kept. The lab counts with it before a run
 * starts, training follows it, so both always mean the same steps.
 */
import type { Precision } from '../models/optimizer'
import type { RunSpec } from './run-spec'

type CourseSpec = Pick<RunSpec, 'epochs' | 'maxSteps' | 'batchSize' | 'record' | 'gradientPhase'>

export interface RunCourse {
  stepsPerEpoch: number
  /** Last step of ordinary training, unless a gradient norm or a person ends it before. */
  ordinarySteps: number
  /** With those that a gradient phase may take at most. */
  totalSteps: number
}

/** @param samples - in the training set */
export function courseOf(spec: CourseSpec, samples: number): RunCourse {
  const stepsPerEpoch = spec.batchSize === 'full' ? 1 : Math.ceil(samples / spec.batchSize)
  const ordinarySteps = Math.min(
    spec.epochs * stepsPerEpoch,
    spec.maxSteps ?? Infinity,
    latestSwitch(spec.gradientPhase, stepsPerEpoch),
  )
  return { stepsPerEpoch, ordinarySteps, totalSteps: ordinarySteps + (spec.gradientPhase?.maxSteps ?? 0) }
}

function latestSwitch(phase: RunSpec['gradientPhase'], stepsPerEpoch: number): number {
  if (phase?.switchAt.at === 'step') return phase.switchAt.step
  if (phase?.switchAt.at === 'epoch') return phase.switchAt.epoch * stepsPerEpoch
  return Infinity
}

/** Steps between two snapshots along a run; Infinity where only the end is kept. */
function snapshotSteps({ record }: CourseSpec, stepsPerEpoch: number): number {
  if (!record?.snapshots) return Infinity
  const { every, unit } = record.snapshots
  return unit === 'epoch' ? every * stepsPerEpoch : every
}

/**
 * Whether the weights after a step of the ordinary phase are kept, the run's last ones aside: those are kept always. The end of the
 * ordinary phase is among them where another phase follows.
 */
export function isSnapshotDue(spec: CourseSpec, course: RunCourse, step: number): boolean {
  if (!spec.record?.snapshots || (step === course.ordinarySteps && !spec.gradientPhase)) return false
  return step === course.ordinarySteps || step % snapshotSteps(spec, course.stepsPerEpoch) === 0
}

/** Snapshots of a run that comes to its end. */
export function snapshotCount(spec: CourseSpec, course: RunCourse): number {
  if (!spec.record?.snapshots) return 1
  const alongTheWay = Math.ceil(course.ordinarySteps / snapshotSteps(spec, course.stepsPerEpoch))
  return alongTheWay + (spec.gradientPhase ? 2 : 1)
}

/** Whether the gradient over the whole training set is taken between this step and the next. */
export function isFullGradientDue({ record }: CourseSpec, course: RunCourse, step: number): boolean {
  return record?.fullGradientEvery !== undefined && step < course.ordinarySteps && step % record.fullGradientEvery === 0
}

export function fullGradientCount({ record }: CourseSpec, course: RunCourse): number {
  return record?.fullGradientEvery === undefined ? 0 : Math.ceil(course.ordinarySteps / record.fullGradientEvery)
}

/** The first step after this one at which training has to hold. */
export function nextHalt(spec: CourseSpec, course: RunCourse, step: number): number {
  const after = (every: number) => (Math.floor(step / every) + 1) * every
  const snapshots = snapshotSteps(spec, course.stepsPerEpoch)
  return Math.min(
    course.ordinarySteps,
    snapshots === Infinity ? Infinity : after(snapshots),
    spec.record?.fullGradientEvery === undefined ? Infinity : after(spec.record.fullGradientEvery),
  )
}

/** What a run computes in. Gradient norms near zero need all the digits there are. */
export function precisionOf({ precision, gradientPhase }: Pick<RunSpec, 'precision' | 'gradientPhase'>): Precision {
  return precision ?? (gradientPhase ? 'float64' : 'float32')
}
