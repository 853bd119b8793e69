/** First weights: bounds, variances and zeros by scheme, the same for a seed, and PyTorch's scheme to the bit. */
import { expect, test } from 'vitest'
import { initialParameters } from '../../../shared/models/initialization'
import { initializations, parameterLayout, type Initialization, type Model } from '../../../shared/models/model'
import { golden } from '../../golden/golden'

function model(sizes: readonly number[], initialization: Initialization): Model {
  const layers = sizes.slice(1).map((units) => ({ type: 'dense' as const, units, activation: 'relu' as const }))
  return { inputSize: sizes[0]!, layers, initialization }
}

/** Variance of a weight for fan-in 90 and fan-out 60. */
const variances: Record<Initialization, number> = {
  pytorch: 1 / (3 * 90),
  'glorot-uniform': 2 / 150,
  'glorot-normal': 2 / 150,
  'he-uniform': 2 / 90,
  'he-normal': 2 / 90,
  'lecun-normal': 1 / 90,
}

test.each(initializations)('%s has its variance, and bias where PyTorch has it', (initialization) => {
  const wide = model([90, 60], initialization)
  const { weightOffset, biasOffset } = parameterLayout(wide)[0]!
  const parameters = initialParameters(wide, 4)
  const weights = parameters.subarray(weightOffset, biasOffset)
  const variance = weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length
  // 5,400 weights: four standard errors are 8 % at most (a normal's; a uniform's are fewer).
  expect(Math.abs(variance / variances[initialization] - 1)).toBeLessThan(0.08)
  const bias = parameters.subarray(biasOffset)
  if (initialization === 'pytorch') expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(90))
  else expect([...bias]).toEqual(Array(60).fill(0))
  expect([...bias].every((value) => value === 0)).toBe(initialization !== 'pytorch')
})

test('uniform schemes keep within their bound', () => {
  const largest = (initialization: Initialization) =>
    initialParameters(model([90, 60], initialization), 8).reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  expect(largest('pytorch')).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(90)))
  expect(largest('glorot-uniform')).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 150)))
  expect(largest('he-uniform')).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 90)))
})

test('the same seed gives the same weights, another seed others, and layers do not repeat each other', () => {
  const twoAlike = model([8, 8, 8], 'he-normal')
  const parameters = initialParameters(twoAlike, 1)
  expect(initialParameters(twoAlike, 1)).toEqual(parameters)
  expect(initialParameters(twoAlike, 2)).not.toEqual(parameters)
  expect(parameters.subarray(0, 64)).not.toEqual(parameters.subarray(72, 136))
})

test("PyTorch's scheme is what an implementation in Python draws", () => {
  const { seed, sizes, parameters } = golden('random').initial
  expect(initialParameters(model(sizes, 'pytorch'), seed)).toEqual(Float32Array.from(parameters))
})
