/**
 * How much a quick look may cost: repeats, sweeps and data are cut to what still looks like the experiment, epochs to what a slow pair
 * of cores does within a minute. A rough cost on purpose; the lab measures before it promises a time.
 */
import type { DatasetName } from '../data/datasets'
import { flopsPerSample, outputSize, parameterCount, unitCount, type Model } from '../models/model'
import type { Optimizer } from '../models/optimizer'
import { shorterSchedule } from '../models/schedule'
import {
  groupsOf,
  networkOf,
  sweptCount,
  type ModelEntry,
  type NetworkEnds,
  type Sweep,
  type Training,
} from './model-groups'

/** Time for all runs together, half of the promised minute. */
const budgetSeconds = 30
const cores = 2
/** A tenth of what the native engine reaches on one core of a present machine; an old laptop does better. */
const flopsPerSecond = 1e10
/** Fixed cost of a step and of a run: calls, recording, starting. */
const secondsPerCall = 8e-6
const secondsPerRun = 0.1
/** An activation and its derivative, in multiplications. */
const flopsPerUnit = 40

/** Images at most. Photographs take more arithmetic, and only the first batch of them may be here. */
export const quickSizes: Record<DatasetName, { trainSize: number; testSize: number }> = {
  digits: { trainSize: 6000, testSize: 2000 },
  mnist: { trainSize: 6000, testSize: 2000 },
  cifar10: { trainSize: 4000, testSize: 1000 },
}

/** Data is cut until so many epochs fit, but not further than to so few samples. */
const leastEpochs = 3
const leastSamples = 32

const quickSeeds = 2
const quickRates = 3
const quickFacets = 3
const quickModels = 8
const quickRuns = 60

/** A network and what trains it. */
interface Work {
  model: Model
  optimizer: Optimizer
}

/** Evaluations of loss and gradient in one step: a line search tries two or three. */
function evaluationsPerStep(optimizer: Optimizer): number {
  return optimizer.type === 'lbfgs' ? 3 : 1
}

function secondsPerSample({ model, optimizer }: Work): number {
  const flops = evaluationsPerStep(optimizer) * (flopsPerSample(model) + flopsPerUnit * unitCount(model))
  if (optimizer.type !== 'levenberg-marquardt') return flops / flopsPerSecond
  // A row of the Jacobian for each output, and its square.
  const parameters = parameterCount(model)
  return (flops + outputSize(model) * parameters * (parameters + 6)) / flopsPerSecond
}

function secondsPerStep({ model, optimizer }: Work): number {
  if (optimizer.type !== 'levenberg-marquardt') return secondsPerCall
  return secondsPerCall + parameterCount(model) ** 3 / 3 / flopsPerSecond
}

/** First, last and those between, evenly. */
export function spread<T>(values: readonly T[], count: number): T[] {
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
  // A model of its own optimizer may be trained less often than one that steps along the gradient.
  const groups = (): number => quick.facets.length * quick.models.length * sweptCount('adam', quick.sweep)
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

/** What is trained in a quick look. */
export interface QuickWork {
  training: Training
  models: readonly ModelEntry[]
  sweep: Sweep
  ends: NetworkEnds
  /** How often each model is trained each way: facets times seeds. */
  repeats: number
  /** Samples that an epoch trains on. */
  samples: number
  /** Samples whose loss is only looked at after each epoch. */
  testSamples: number
}

function stepsPerEpoch({ batchSize }: Training, samples: number): number {
  return Math.ceil(samples / (batchSize === 'full' ? samples : Math.min(batchSize, samples)))
}

/** Epochs that fit the budget, not rounded, and the steps of one. */
function affordable(work: QuickWork): { epochs: number; steps: number } {
  const { training, models, sweep, ends, repeats, samples, testSamples } = work
  const steps = stepsPerEpoch(training, samples)
  const works = groupsOf(models, training, sweep).map(({ entry, optimizer }) => ({
    model: networkOf(entry, ends),
    optimizer,
  }))
  // Forward alone is a third of a training step.
  const seen = samples + testSamples / 3
  const perEpoch = works.reduce((sum, one) => sum + steps * secondsPerStep(one) + seen * secondsPerSample(one), 0)
  const available = Math.max(1, budgetSeconds * cores - secondsPerRun * works.length * repeats)
  return { epochs: available / (perEpoch * repeats), steps }
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
function shorterTraining(work: QuickWork): Training {
  const { training } = work
  const { epochs, steps } = affordable(work)
  if (epochs >= 1) return { ...training, epochs: Math.min(training.epochs, rounded(epochs)) }
  const fitting = rounded(Math.max(1, steps * epochs))
  return { ...training, epochs: 1, maxSteps: Math.min(training.maxSteps ?? fitting, fitting) }
}

/**
 * Training and models of a quick look on `samples` instead of `allSamples`: fewer epochs, and learning-rate schedules that go their whole
 * way in them.
 */
export function quickTraining(work: QuickWork, allSamples: number): { training: Training; models: ModelEntry[] } {
  const before = work.training
  const training = shorterTraining(work)
  const share = { epoch: training.epochs / before.epochs, step: 0 }
  share.step = (share.epoch * stepsPerEpoch(training, work.samples)) / stepsPerEpoch(before, allSamples)
  const shortened = (optimizer: Optimizer): Optimizer =>
    'schedule' in optimizer && optimizer.schedule
      ? { ...optimizer, schedule: shorterSchedule(optimizer.schedule, share) }
      : optimizer
  return {
    training: { ...training, optimizer: shortened(training.optimizer) },
    models: work.models.map((entry) => (entry.optimizer ? { ...entry, optimizer: shortened(entry.optimizer) } : entry)),
  }
}
