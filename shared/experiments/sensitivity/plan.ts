/** From the spec of "Sensitivity" to its runs and the question to each, to a quicker spec and to a name. */
import type { PlannedAnalysis } from '../../analyses/kind'
import type { RunId } from '../../api/ids'
import { askEach } from '../asked-runs'
import type { Plan } from '../kind'
import { countText } from '../model-groups'
import { spread } from '../quick-look'
import { taskLabel } from '../task'
import { planVariation, quickVariation, variationText } from '../variation'
import type { SensitivityExperiment } from './spec'

function ofOlderRun(runId: RunId, index: number, spec: SensitivityExperiment): PlannedAnalysis {
  return {
    kind: 'sensitivity',
    label: runId,
    group: runId,
    groupIndex: index,
    facet: '',
    spec: spec.gradients,
    runs: [runId],
  }
}

export function planSensitivity(spec: SensitivityExperiment): Plan {
  if (spec.runs) return { runs: [], analyses: spec.runs.map((runId, index) => ofOlderRun(runId, index, spec)) }
  const runs = planVariation(spec, spec.vary, 'vary')
  return { runs, analyses: askEach('sensitivity', runs, () => spec.gradients) }
}

/** Of a quick look at most. */
const quickValues = 6
const quickModels = 3
const quickSamples = 500

/** Fewer values, shorter trainings, gradients of fewer samples. */
export function quickSensitivity(spec: SensitivityExperiment): SensitivityExperiment {
  const gradients = { samples: Math.min(spec.gradients.samples ?? quickSamples, quickSamples) }
  if (spec.runs) return { ...spec, gradients }
  planSensitivity(spec)
  const vary = { ...spec.vary, values: spread(spec.vary.values, quickValues) }
  const few = { ...spec, models: spec.models.slice(0, quickModels) }
  const { quick, values } = quickVariation(few, vary, vary.values.length)
  return { ...quick, vary: { ...vary, values }, gradients }
}

/** 'MNIST, sensitivity, batch 4 to 2,048' */
export function nameSensitivity({ task, vary, runs }: SensitivityExperiment): string {
  if (runs) return `Sensitivity of ${countText(runs.length, 'run')}`
  return `${taskLabel(task)}, sensitivity, ${variationText(vary)}`.slice(0, 200)
}
