/** Reads the numbers that make_golden.py wrote. Shapes: flat arrays as in electron/engines/engine.ts. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Loss, Optimizer } from '../../shared/models/optimizer'
import type { Activation, Model } from '../../shared/models/model'
import type { Samples } from '../../electron/engines/engine'

interface GoldenSamples {
  inputs: number[]
  values?: number[]
  labels?: number[]
}

export interface GradientCase extends GoldenSamples {
  name: string
  model: Model
  loss: Loss
  parameters: number[]
  outputs: number[]
  lossValue: number
  accuracy: number | null
  gradient: number[]
}

export interface ActivationTables {
  inputs: number[]
  tables: { activation: Activation; values: number[]; slopes: number[] }[]
}

export interface CourseCase extends GoldenSamples {
  name: string
  model: Model
  loss: Loss
  optimizer: Optimizer
  parameters: number[]
  batchLoss: number[]
  gradientNorm: number[]
  kept: { step: number; parameters: number[] }[]
}

export interface RandomNumbers {
  words: { key: [number, number]; stream: number; values: number[] }
  orders: { seed: number; epoch: number; order: number[] }[]
  initial: { seed: number; sizes: number[]; parameters: number[] }
}

interface Golden {
  gradients: GradientCase[]
  activations: ActivationTables
  optimizers: CourseCase[]
  random: RandomNumbers
  'adam-571': CourseCase & { seed: number; batchSize: number }
}

export function golden<Name extends keyof Golden>(name: Name): Golden[Name] {
  return JSON.parse(readFileSync(path.join(__dirname, `${name}.json`), 'utf8')) as Golden[Name]
}

export function goldenSamples({ inputs, values, labels }: GoldenSamples): Samples {
  return {
    inputs: Float32Array.from(inputs),
    ...(values && { values: Float32Array.from(values) }),
    ...(labels && { labels: Uint8Array.from(labels) }),
  }
}

/**
 * The largest error of `actual`, each relative to its own expected value, but to no less than `floor` times the largest of them:
 * sums in float32 cannot be exact to their last digit where terms cancel.
 */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>, floor: number): number {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} values where ${expected.length} were expected`)
  let largest = 0
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]!))
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(Math.abs(expected[i]!), floor * largest, 1e-37)
    // A NaN must not pass.
    if (!(error <= worst)) worst = error
  }
  return worst
}
