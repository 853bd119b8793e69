/** Networks and optimizers with all that a training may carry along: running statistics, dropout, momentum, a schedule. */
import type { Layer, Model } from '../../shared/models/model'
import {
  fullBatchOptimizers,
  optimizerWithDefaults,
  type Optimizer,
  type OptimizerType,
} from '../../shared/models/optimizer'
import { denseModel } from './sessions'

export const dense = (units: number): Layer => ({ type: 'dense', units, activation: 'tanh' })

export const plain = denseModel([3, 6, 2], 'tanh')
export const withChance: Model = {
  ...plain,
  layers: [
    dense(6),
    { type: 'batch-norm', epsilon: 1e-5, momentum: 0.1, activation: 'relu' },
    { type: 'dropout', rate: 0.3 },
    dense(2),
  ],
}

/** Whether an optimizer takes all samples in each step. */
export const isFullBatch = (type: OptimizerType) => (fullBatchOptimizers as readonly OptimizerType[]).includes(type)

/** Chance may not be there where the loss is asked for at many weights in each step. */
export const modelFor = (type: OptimizerType): Model => (isFullBatch(type) ? plain : withChance)

/** @param length of its schedule, in steps */
export function scheduledOptimizer(type: OptimizerType, length: number): Optimizer {
  const optimizer = optimizerWithDefaults(type, 0.01)
  if (optimizer.type === 'levenberg-marquardt') return optimizer
  const schedule = { type: 'cosine', length, unit: 'step', final: 0.1, warmUpSteps: 5 } as const
  return { ...optimizer, ...(optimizer.type === 'sgd' && { momentum: 0.9, nesterov: true }), schedule }
}
