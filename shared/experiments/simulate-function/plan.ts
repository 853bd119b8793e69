/** From the spec of "Simulate a function" to its runs, to a quicker spec and to a name. */
import { checkFunction } from '../../data/function-data'
import { isLabError } from '../../api/errors'
import type { Plan, PlannedRun } from '../kind'
import { checkModels, specError } from '../check-models'
import {
  checkRunCount,
  commonSettings,
  countText,
  groupsOf,
  networkOf,
  plannedRuns,
  type NetworkEnds,
} from '../model-groups'
import { withoutLonelyBatch } from '../lonely-batches'
import { quickBreadth, quickDataShare, quickTraining } from '../quick-look'
import type { FunctionData } from '../run-spec'
import { targetLabel, type SimulateFunctionSpec } from './spec'

const quickPoints = 1024

/** A function turns one number into one. */
const ends: NetworkEnds = { input: [1, 1, 1], outputs: 1 }

/** @throws LabError `spec/invalid` at `targets.N.expression` for a function that cannot be read or has no value somewhere. */
function checkTargets(spec: SimulateFunctionSpec): void {
  const issues = spec.targets.flatMap(({ expression }, index) => {
    try {
      checkFunction(expression, spec.data.domain, spec.data.points)
      return []
    } catch (error) {
      if (!isLabError(error, 'spec/invalid')) throw error
      return [{ path: ['targets', index, 'expression'], message: `${expression} ${error.message}` }]
    }
  })
  if (issues.length > 0) throw specError(issues)
}

export function planSimulateFunction(spec: SimulateFunctionSpec): Plan {
  checkTargets(spec)
  checkModels(spec, ends, spec.data.points)
  const groups = groupsOf(spec.models, spec.training, spec.sweep)
  checkRunCount(spec.targets.length * groups.length * spec.seeds)
  const common = commonSettings(spec.training)
  const runs = spec.targets.flatMap((target): PlannedRun[] => {
    const data: FunctionData = { type: 'function', expression: target.expression, ...spec.data }
    return plannedRuns(groups, spec, targetLabel(target), spec.targets.length > 1, ({ entry, optimizer }, seed) => ({
      model: networkOf(entry, ends),
      data,
      loss: 'mean-squared-error',
      optimizer,
      ...common,
      // A function has no test set; its prediction is drawn instead.
      evaluateEveryEpochs: 1,
      seed,
    }))
  })
  return { runs }
}

export function quickSimulateFunction(spec: SimulateFunctionSpec): SimulateFunctionSpec {
  checkModels(spec, ends, spec.data.points)
  const { facets: targets, models, sweep, seeds } = quickBreadth({ ...spec, facets: spec.targets })
  const asked = Math.min(spec.data.points, quickPoints)
  const repeats = targets.length * seeds
  const work = { training: spec.training, models, sweep, ends, repeats, samples: asked, testSamples: 0 }
  const smaller = Math.max(2, Math.ceil(asked * quickDataShare(work)))
  const points = withoutLonelyBatch(smaller, [spec.training.batchSize])
  const data = { ...spec.data, points }
  return { ...spec, targets, sweep, seeds, data, ...quickTraining({ ...work, samples: points }, spec.data.points) }
}

/** 'sin(5πx)/(5πx), 2 models' */
export function nameSimulateFunction(spec: SimulateFunctionSpec): string {
  const labels = spec.targets.map(targetLabel)
  const functions = labels.length > 2 ? countText(labels.length, 'function') : labels.join(' and ')
  return `${functions}, ${countText(spec.models.length, 'model')}`.slice(0, 200)
}
