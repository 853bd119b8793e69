/** Optimisers, by the names and with the defaults of PyTorch 2. */
import { z } from 'zod'
import { scheduleSchema } from './schedule'

const learningRate = z.number().positive().max(1e6)
const unitInterval = z.number().min(0).lt(1)

const shared = {
  learningRate,
  /** L2: weightDecay times the weights is added to the gradient (adamw: the weights shrink by learningRate * weightDecay instead). */
  weightDecay: z.number().min(0).max(1e6).optional(),
  schedule: scheduleSchema.optional(),
}

const adaptive = {
  ...shared,
  beta1: unitInterval.default(0.9),
  beta2: unitInterval.default(0.999),
  epsilon: z.number().positive().default(1e-8),
}

export const optimizerSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sgd'),
    ...shared,
    momentum: unitInterval.default(0),
    nesterov: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('rmsprop'),
    ...shared,
    /** Smoothing constant of the squared gradient. */
    alpha: unitInterval.default(0.99),
    epsilon: z.number().positive().default(1e-8),
  }),
  z.strictObject({ type: z.literal('adam'), ...adaptive }),
  /** Loshchilov and Hutter 2019. */
  z.strictObject({ type: z.literal('adamw'), ...adaptive, weightDecay: z.number().min(0).max(1e6).default(0.01) }),
  /** Limited-memory BFGS with a strong Wolfe line search (Nocedal and Wright 2006, algorithms 7.5, 3.5 and 3.6); full batches only. */
  z.strictObject({
    type: z.literal('lbfgs'),
    ...shared,
    /** First trial of each line search. */
    learningRate: learningRate.default(1),
    /** Pairs of steps and gradient changes that are kept. */
    history: z.int().min(1).max(200).default(10),
  }),
  /** Marquardt 1963, on the Gauss-Newton matrix (for cross-entropy the generalized one); small networks and full batches only. */
  z.strictObject({
    type: z.literal('levenberg-marquardt'),
    weightDecay: shared.weightDecay,
    /** First damping, and its factors after a step that lowers the loss and one that does not. */
    damping: z.number().positive().max(1e12).default(1e-2),
    decrease: z.number().positive().lt(1).default(0.1),
    increase: z.number().gt(1).max(1e6).default(10),
  }),
])
export type Optimizer = z.infer<typeof optimizerSchema>
export type OptimizerType = Optimizer['type']

/** Those that step along minibatch gradients, and those that need the whole training set in each step. */
export const firstOrderOptimizers = ['sgd', 'rmsprop', 'adam', 'adamw'] as const satisfies readonly OptimizerType[]
export const fullBatchOptimizers = ['lbfgs', 'levenberg-marquardt'] as const satisfies readonly OptimizerType[]
export const optimizerTypes = [...firstOrderOptimizers, ...fullBatchOptimizers] as const

export const optimizerTitles: Record<OptimizerType, string> = {
  sgd: 'SGD',
  rmsprop: 'RMSprop',
  adam: 'Adam',
  adamw: 'AdamW',
  lbfgs: 'L-BFGS',
  'levenberg-marquardt': 'Levenberg-Marquardt',
}

/** null for Levenberg-Marquardt, which has none. */
export function learningRateOf(optimizer: Optimizer): number | null {
  return optimizer.type === 'levenberg-marquardt' ? null : optimizer.learningRate
}

/** The same optimiser with another learning rate, where it has one. */
export function withLearningRate(optimizer: Optimizer, learningRate: number): Optimizer {
  return optimizer.type === 'levenberg-marquardt' ? optimizer : { ...optimizer, learningRate }
}

export function needsFullBatch(type: OptimizerType): boolean {
  return (fullBatchOptimizers as readonly OptimizerType[]).includes(type)
}

const usualLearningRates: Record<Exclude<OptimizerType, 'levenberg-marquardt'>, number> = {
  sgd: 1e-3,
  rmsprop: 1e-2,
  adam: 1e-3,
  adamw: 1e-3,
  lbfgs: 1,
}

/** An optimiser of a type with the usual constants; Levenberg-Marquardt has no learning rate. */
export function optimizerWithDefaults(type: OptimizerType, learningRate?: number): Optimizer {
  if (type === 'levenberg-marquardt') return optimizerSchema.parse({ type })
  return optimizerSchema.parse({ type, learningRate: learningRate ?? usualLearningRates[type] })
}

/** What a setting is by its name alone, of an optimiser that may still be a draft with text for numbers. */
type Settings = Readonly<Record<string, unknown>> & { readonly type: OptimizerType }

/**
 * Whether a setting means the same for both: that of a name both have, but not how long steps are where one steps along the gradient and
 * the other takes its learning rate for the first trial of a line search, or has none.
 */
function isShared(key: string, before: OptimizerType, type: OptimizerType): boolean {
  if (key === 'type') return false
  const has = (one: OptimizerType) =>
    key in optimizerSchema.options.find(({ shape }) => shape.type.value === one)!.shape
  if (key === 'learningRate' || key === 'schedule') {
    if (needsFullBatch(type) !== needsFullBatch(before)) return false
  }
  return has(before) && has(type)
}

/**
 * What an optimiser becomes as one of another type: the settings that both have stay (weight decay, the learning rate and its schedule,
 * β₁ of Adam for AdamW), constants of its own are the usual ones. In a sweep, on the command line and in a form alike.
 */
export function withType(settings: Settings, type: OptimizerType): { type: OptimizerType; [setting: string]: unknown } {
  if (settings.type === type) return { ...settings }
  const kept = Object.entries(settings).filter(
    ([key, value]) => value !== undefined && value !== '' && isShared(key, settings.type, type),
  )
  return { ...optimizerWithDefaults(type), ...Object.fromEntries(kept) }
}

export const losses = ['mean-squared-error', 'softmax-cross-entropy'] as const
/**
 * `mean-squared-error` is the mean over samples and outputs; `softmax-cross-entropy` takes logits and class indices and is the mean
 * over samples (PyTorch's MSELoss and CrossEntropyLoss).
 */
export type Loss = (typeof losses)[number]

/** What training computes in. */
export const precisions = ['float32', 'float64'] as const
export type Precision = (typeof precisions)[number]
