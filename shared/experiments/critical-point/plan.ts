/** From the spec of "Critical points" to its runs and analyses, to a quicker spec and to a name. */
import type { Issue } from '../../api/errors'
import {
  gradientMethodTitles,
  hessianProblem,
  needsHessian,
  type CriticalPointSpec,
} from '../../analyses/critical-point'
import { parameterCount } from '../../models/model'
import { mostLevenbergMarquardtParameters, specError } from '../check-models'
import { askEach, askOlder } from '../asked-runs'
import type { Plan, PlannedRun } from '../kind'
import { checkRunCount, countText, networkOf } from '../model-groups'
import type { GradientMethod, GradientPhase } from '../run-spec'
import { planTask, quickTask, taskEnds, taskLabel } from '../task'
import type { CriticalPointExperiment } from './spec'

function gradientPhase({ search }: CriticalPointExperiment, method: GradientMethod): GradientPhase {
  const { switchAt, learningRate, targetNorm, maxSteps } = search
  const rate = method === 'adam' && learningRate !== undefined ? { learningRate } : {}
  return { switchAt, method, ...rate, targetNorm, maxSteps }
}

/** @throws LabError `spec/invalid` for networks too large for a matrix of parameters by parameters. */
function checkSizes({ task, models, search, spectrum }: CriticalPointExperiment): void {
  const ends = taskEnds(task)
  const largest = Math.max(...models.map((entry) => parameterCount(networkOf(entry, ends))))
  const problem = spectrum === 'exact' ? hessianProblem(largest) : undefined
  const issues: Issue[] = problem ? [{ path: ['spectrum'], message: problem }] : []
  const most = mostLevenbergMarquardtParameters
  search.methods.forEach((method, index) => {
    if (!needsHessian(method) || largest <= most) return
    const message =
      `${gradientMethodTitles[method]} solves with the whole Hessian, for at most ${most.toLocaleString('en')} parameters; ` +
      `this network has ${largest.toLocaleString('en')}: choose L-BFGS or Adam`
    issues.push({ path: ['search', 'methods', index], message })
  })
  if (issues.length > 0) throw specError(issues)
}

/** All models and seeds with one method after the other. */
function plannedRuns(spec: CriticalPointExperiment): PlannedRun[] {
  const { methods } = spec.search
  checkRunCount(methods.length * spec.models.length * spec.seeds)
  const plans = methods.map((method) => planTask(spec, { gradientPhase: gradientPhase(spec, method) }))
  // After the networks are known to be possible.
  checkSizes(spec)
  return plans.flatMap((runs, index) =>
    runs.map((run): PlannedRun => {
      const group = `${run.group}, ${gradientMethodTitles[methods[index]!]}`
      const groupIndex = index * spec.models.length + run.groupIndex
      return { ...run, label: `${group}, seed ${run.spec.seed}`, group, groupIndex }
    }),
  )
}

function question(spec: CriticalPointExperiment, seed: number): CriticalPointSpec {
  const { tolerance, neighbours, spectrum, search } = spec
  return { targetNorm: search.targetNorm, tolerance, neighbours, spectrum, seed }
}

export function planCriticalPoint(spec: CriticalPointExperiment): Plan {
  if (spec.runs) return { runs: [], analyses: askOlder('critical-point', spec.runs, question(spec, spec.firstSeed)) }
  const runs = plannedRuns(spec)
  return { runs, analyses: askEach('critical-point', runs, (run) => question(spec, run.spec.seed)) }
}

const quickSeeds = 10
const quickRuns = 60
/** Steps on the gradient norm that cost little, and seconds that a step through eigenvalues takes for each parameter cubed. */
const quickSteps = 2000
const secondsPerCube = 5e-10
const quickSeconds = 60

/** Ten trainings of each model with each method, where they are few; steps that take an eigenvalue problem each are cut to a minute. */
export function quickCriticalPoint(spec: CriticalPointExperiment): CriticalPointExperiment {
  if (spec.runs) return spec
  const { methods, maxSteps } = spec.search
  const variants = methods.length
  const leastSeeds = Math.min(quickSeeds, Math.max(1, Math.floor(quickRuns / (variants * spec.models.length))))
  const quick = quickTask(spec, { leastSeeds, variants })
  const ends = taskEnds(spec.task)
  const cubes = quick.models.reduce((sum, entry) => sum + parameterCount(networkOf(entry, ends)) ** 3, 0)
  const perStep = secondsPerCube * cubes * quick.seeds * methods.filter(needsHessian).length
  const fitting = Math.max(5, Math.floor(quickSeconds / perStep))
  return { ...quick, search: { ...spec.search, maxSteps: Math.min(maxSteps, quickSteps, fitting) } }
}

/** 'sin(5πx)/(5πx), 100 critical points' */
export function nameCriticalPoint(spec: CriticalPointExperiment): string {
  if (spec.runs) return `Critical points of ${countText(spec.runs.length, 'run')}`
  const count = spec.models.length * spec.search.methods.length * spec.seeds
  return `${taskLabel(spec.task)}, ${countText(count, 'critical point')}`.slice(0, 200)
}
