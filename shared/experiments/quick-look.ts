/**
 * How much a quick look may cost: repeats, sweeps and data are cut to what still looks like the experiment, epochs to what a slow pair
 * of cores does within a minute. A rough cost on purpose; the lab measures before it promises a time.
 */
import { flopsPerSample, unitCount, type Model } from '../models/model'
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

/** Data is cut until so many epochs fit, but not further than to so few samples. */
const leastEpochs = 3
const leastSamples = 32

const quickSeeds = 2
const quickRates = 3
const quickFacets = 3
const quickModels = 8
const quickRuns = 60

function secondsPerSample(model: Model): number {
  return (flopsPerSample(model) + flopsPerUnit * unitCount(model)) / flopsPerSecond
}

/** First, last and those between, evenly. */
function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  return Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / Math.max(1, count - 1))]!,
  )
}

/** How often a sweep trains each model. */
export function sweptCount({ optimizers, learningRates }: Sweep): number {
  return Math.max(1, optimizers.length) * Math.max(1, learningRates.length)
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
  const groups = (): number => quick.facets.length * quick.models.length * sweptCount(quick.sweep)
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

/** What is trained in a quick look: networks, each `runsPerModel` times, on so many samples. */
export interface QuickWork {
  training: Training
  models: readonly Model[]
  runsPerModel: number
  /** Samples that an epoch trains on. */
  samples: number
  /** Samples whose loss is only looked at after each epoch. */
  testSamples: number
}

/** Epochs that fit the budget, not rounded, and the steps of one. */
function affordable({ training, models, runsPerModel, samples, testSamples }: QuickWork): {
  epochs: number
  steps: number
} {
  const batch = training.batchSize === 'full' ? samples : Math.min(training.batchSize, samples)
  const steps = Math.ceil(samples / batch)
  const runs = models.length * runsPerModel
  // Forward alone is a third of a training step.
  const seen = samples + testSamples / 3
  const perSample = models.reduce((sum, model) => sum + secondsPerSample(model), 0) * runsPerModel
  const available = Math.max(1, budgetSeconds * cores - secondsPerRun * runs)
  return { epochs: available / (steps * secondsPerStep * runs + seen * perSample), steps }
}

/** The share of the data (a power of one half) with which a few epochs fit the budget. */
export function quickDataShare(work: QuickWork): number {
  let share = 1
  const sized = (): QuickWork => ({
    ...work,
    samples: Math.ceil(work.samples * share),
    testSamples: Math.ceil(work.testSamples * share),
  })
  while (affordable(sized()).epochs < leastEpochs && work.samples * share > leastSamples) share /= 2
  return share
}

/** Epochs (and, where a single one is too long, steps) that fit the budget. */
export function quickTraining(work: QuickWork): Training {
  const { training } = work
  const { epochs, steps } = affordable(work)
  if (epochs >= 1) return { ...training, epochs: Math.min(training.epochs, rounded(epochs)) }
  const fitting = rounded(Math.max(1, steps * epochs))
  return { ...training, epochs: 1, maxSteps: Math.min(training.maxSteps ?? fitting, fitting) }
}
