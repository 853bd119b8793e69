/** Optimisers, by the names and with the defaults of PyTorch 2. */
import { z } from 'zod'

const learningRate = z.number().positive().max(1e6)
const unitInterval = z.number().min(0).lt(1)

export const optimizerSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sgd'),
    learningRate,
    momentum: unitInterval.default(0),
  }),
  z.strictObject({
    type: z.literal('rmsprop'),
    learningRate,
    /** Smoothing constant of the squared gradient. */
    alpha: unitInterval.default(0.99),
    epsilon: z.number().positive().default(1e-8),
  }),
  z.strictObject({
    type: z.literal('adam'),
    learningRate,
    beta1: unitInterval.default(0.9),
    beta2: unitInterval.default(0.999),
    epsilon: z.number().positive().default(1e-8),
  }),
])
export type Optimizer = z.infer<typeof optimizerSchema>
export type OptimizerType = Optimizer['type']

export const optimizerTypes = ['sgd', 'rmsprop', 'adam'] as const satisfies readonly OptimizerType[]

export const optimizerTitles: Record<OptimizerType, string> = {
  sgd: 'SGD',
  rmsprop: 'RMSprop',
  adam: 'Adam',
}

/** An optimiser of a type with the usual constants. */
export function optimizerWithDefaults(type: OptimizerType, rate: number): Optimizer {
  return optimizerSchema.parse({ type, learningRate: rate })
}

export const losses = ['mean-squared-error', 'softmax-cross-entropy'] as const
/**
 * `mean-squared-error` is the mean over samples and outputs; `softmax-cross-entropy` takes logits and class indices and is the mean
 * over samples (PyTorch's MSELoss and CrossEntropyLoss).
 */
export type Loss = (typeof losses)[number]
