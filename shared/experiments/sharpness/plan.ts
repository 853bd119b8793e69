/** From the spec of "Sharpness" to its runs and an analysis of each, to a quicker spec and to a name. */
import type { SharpnessSettings, SharpnessSpec } from '../../analyses/sharpness'
import { askEach, askOlder } from '../asked-runs'
import type { Plan } from '../kind'
import { countText } from '../model-groups'
import { spread } from '../quick-look'
import { taskLabel } from '../task'
import { planVariation, quickVariation, variationText } from '../variation'
import type { SharpnessExperiment } from './spec'

function question({ measure }: SharpnessExperiment, seed: number): SharpnessSpec {
  return { ...measure, seed }
}

export function planSharpness(spec: SharpnessExperiment): Plan {
  if (spec.runs) return { runs: [], analyses: askOlder('sharpness', spec.runs, question(spec, spec.firstSeed)) }
  const runs = planVariation(spec, spec.vary, 'vary')
  return { runs, analyses: askEach('sharpness', runs, (run) => question(spec, run.spec.seed)) }
}

const quickValues = 4
/** Models of a quick look at most. */
const quickModels = 3
const most = { samples: 200, starts: 2, steps: 10, lanczosSteps: 15, probes: 8 }

function quickMeasure(measure: SharpnessSettings): SharpnessSettings {
  const { samples, ascent, lanczosSteps, probes } = measure
  return {
    ...measure,
    samples: Math.min(samples, most.samples),
    ascent: { starts: Math.min(ascent.starts, most.starts), steps: Math.min(ascent.steps, most.steps) },
    lanczosSteps: Math.min(lanczosSteps, most.lanczosSteps),
    probes: Math.min(probes, most.probes),
  }
}

/** Fewer values, shorter trainings, and coarser measures of fewer samples. */
export function quickSharpness(spec: SharpnessExperiment): SharpnessExperiment {
  const measure = quickMeasure(spec.measure)
  if (spec.runs) return { ...spec, measure }
  planSharpness(spec)
  const vary = { ...spec.vary, values: spread(spec.vary.values, quickValues) }
  const few = { ...spec, models: spec.models.slice(0, quickModels) }
  const { quick, values } = quickVariation(few, vary, vary.values.length)
  return { ...quick, vary: { ...vary, values }, measure }
}

/** 'MNIST, sharpness from batch 16 to 2,048' */
export function nameSharpness({ task, vary, runs }: SharpnessExperiment): string {
  if (runs) return `Sharpness of ${countText(runs.length, 'run')}`
  return `${taskLabel(task)}, sharpness, ${variationText(vary)}`.slice(0, 200)
}
