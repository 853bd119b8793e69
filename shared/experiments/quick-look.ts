/**
 * How much a quick look may cost: repeats, sweeps and data are cut to what still looks like the experiment, epochs to what a slow pair
 * of cores does within a minute. A rough cost on purpose; the lab measures before it promises a time.
 */
import { flopsPerSample, type Model } from '../models/model'
import type { ModelEntry, Sweep, Training } from './model-groups'

/** Time for all runs together, half of the promised minute. */
const budgetSeconds = 30
const cores = 2
/** Far below what the native engine reaches on any machine of the last ten years. */
const flopsPerSecond = 4e9
/** Fixed cost of a step and of a run: calls, recording, starting. */
const secondsPerStep = 8e-6
const secondsPerRun = 0.1
/** An activation and its derivative, in multiplications. */
const flopsPerUnit = 40

const quickSeeds = 2
const quickRates = 3
const quickFacets = 3
const quickModels = 8
const quickRuns = 60

function secondsPerSample(model: Model): number {
  const units = model.layers.reduce((sum, layer) => sum + layer.units, 0)
  return (flopsPerSample(model) + flopsPerUnit * units) / flopsPerSecond
}

/** First, last and those between, evenly. */
function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  return Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / Math.max(1, count - 1))]!,
  )
}

export interface Breadth<Facet> {
  facets: readonly Facet[]
  models: readonly ModelEntry[]
  sweep: Sweep
  seeds: number
}

/** Fewer repeats, then fewer values of the sweep, then fewer models and facets, until the runs are few enough to each get a share. */
export function quickBreadth<Facet>({ facets, models, sweep, seeds }: Breadth<Facet>): {
  facets: Facet[]
  models: ModelEntry[]
  sweep: Sweep
  seeds: number
} {
  const quick = {
    facets: facets.slice(0, quickFacets),
    models: models.slice(0, quickModels),
    sweep: { optimizers: [...sweep.optimizers], learningRates: spread(sweep.learningRates, quickRates) },
    seeds: Math.min(seeds, quickSeeds),
  }
  const groups = (): number =>
    quick.facets.length *
    quick.models.length *
    Math.max(1, quick.sweep.optimizers.length) *
    Math.max(1, quick.sweep.learningRates.length)
  if (groups() * quick.seeds > quickRuns) quick.seeds = 1
  if (groups() > quickRuns) quick.models = quick.models.slice(0, 3)
  if (groups() > quickRuns) quick.facets = quick.facets.slice(0, 1)
  return quick
}

/** Two significant digits, downwards. */
function rounded(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1)
  return Math.floor(count / unit) * unit
}

/** Epochs (and, where a single epoch is too long, steps) that fit the budget when each network is trained `runsPerModel` times. */
export function quickTraining(
  training: Training,
  models: readonly Model[],
  runsPerModel: number,
  samples: number,
): Training {
  const batch = training.batchSize === 'full' ? samples : Math.min(training.batchSize, samples)
  const steps = Math.ceil(samples / batch)
  const perSample = models.reduce((sum, model) => sum + secondsPerSample(model), 0) * runsPerModel
  const perEpoch = steps * secondsPerStep * models.length * runsPerModel + samples * perSample
  const available = Math.max(1, budgetSeconds * cores - secondsPerRun * models.length * runsPerModel)
  const epochs = Math.floor(available / perEpoch)
  if (epochs >= 1) return { ...training, epochs: Math.min(training.epochs, rounded(epochs)) }
  const affordable = Math.max(1, rounded(Math.max(1, Math.floor((steps * available) / perEpoch))))
  return { ...training, epochs: 1, maxSteps: Math.min(training.maxSteps ?? affordable, affordable) }
}
