import { describe, expect, it } from 'vitest'
import { functionCatalog } from '../../../shared/data/function-catalog'
import { checkFunction, functionSamples, plotGrid, targetFunction } from '../../../shared/data/function-data'
import type { FunctionData } from '../../../shared/experiments/run-spec'

const base: FunctionData = {
  type: 'function',
  expression: 'cos(x)',
  domain: [-2, 3],
  points: 101,
  noise: 0,
  sampling: 'grid',
}

describe('the value of a function', () => {
  it('is the limit where sin(5πx)/(5πx) has none of its own', () => {
    expect(targetFunction('sin(5*pi*x)/(5*pi*x)', [-1, 1])(0)).toBeCloseTo(1, 8)
  })

  it.each(['1/x', '1/x^2', 'log(abs(x))', 'abs(x)/x', 'sqrt(x)/x'])('stays missing at 0 for %s', (expression) => {
    expect(Number.isFinite(targetFunction(expression, [-1, 1])(0))).toBe(false)
  })
})

describe('checkFunction', () => {
  it('passes every function of the catalog on its domain, at any number of points', () => {
    for (const { expression, domain } of functionCatalog) {
      for (const points of [2, 3, 401, 2048, 2049]) checkFunction(expression, domain, points)
    }
  })

  it('names the first x without a value', () => {
    expect(() => checkFunction('log(abs(2*x + 0.5))', [-1.25, 0.75], 2049)).toThrow('no finite value at x = -0.25')
    expect(() => checkFunction('sqrt(x)', [-3, 1], 5)).toThrow('no finite value at x = -3')
    expect(() => checkFunction('1/(x-1) + 1/(x-2)', [0, 4], 5)).toThrow('no finite value at x = 1;')
  })

  it.each([
    ['1/x', [-1, 1], 256, 0],
    ['1/(x-0.5)', [0, 1], 2048, 0.5],
    ['log(abs(2*x + 0.5))', [-1, 1], 2048, -0.25],
    ['1/abs(x-0.3)^0.5', [-1, 1], 512, 0.3],
    ['tan(x)', [0, 3], 2048, 1.5708],
    ['1/(x^2-0.09)', [0, 1], 100, 0.3],
  ] as const)(
    'finds where %s on %j has no value although no point of %i lies there',
    (expression, domain, points, x) => {
      expect(() => checkFunction(expression, [...domain], points)).toThrow(`no finite value at x = ${x};`)
    },
  )

  it.each(['exp(-1e6*x^2)', 'sign(sin(5*pi*x))', 'abs(x)', '1/(x^2 + 1e-4)', 'x^9', 'sqrt(abs(x))', 'sin(1000*x)'])(
    'lets %s pass: steep is not singular',
    (expression) => expect(() => checkFunction(expression, [-1, 1], 256)).not.toThrow(),
  )

  it('counts what overflows float32 as missing', () => {
    expect(() => checkFunction('exp(x)', [0, 100], 101)).toThrow('no finite value at x = 8')
  })

  it('looks between the training points, where the prediction is drawn', () => {
    expect(() => checkFunction('sqrt(abs(x) - 0.5)', [-1, 1], 2)).toThrow('no finite value')
  })
})

describe('functionSamples', () => {
  it('is an even grid with both ends, and the function there', () => {
    const { inputs, targets } = functionSamples(base, 0)
    expect([inputs[0], inputs[1], inputs[100]]).toEqual([-2, Math.fround(-1.95), 3])
    expect(targets).toEqual(Float32Array.from({ length: 101 }, (_, i) => Math.cos(i === 100 ? 3 : -2 + (5 * i) / 100)))
  })

  it('is the same for the same seed, bit for bit, and another for another', () => {
    const noisy = { ...base, noise: 0.1, sampling: 'random' as const }
    expect(functionSamples(noisy, 7)).toEqual(functionSamples(noisy, 7))
    expect(functionSamples(noisy, 8).inputs).not.toEqual(functionSamples(noisy, 7).inputs)
    expect(functionSamples(noisy, 8).targets).not.toEqual(functionSamples(noisy, 7).targets)
  })

  it('draws random inputs evenly from the domain, and noise of the asked deviation', () => {
    const { inputs, targets } = functionSamples({ ...base, points: 20_000, noise: 0.5, sampling: 'random' }, 1)
    const residuals = targets.map((target, i) => target - Math.cos(inputs[i]!))
    const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(Math.min(...inputs)).toBeGreaterThanOrEqual(-2)
    expect(Math.max(...inputs)).toBeLessThan(3)
    expect(mean(inputs)).toBeCloseTo(0.5, 1)
    expect(mean(residuals)).toBeCloseTo(0, 1)
    expect(Math.sqrt(mean(residuals.map((value) => value ** 2)))).toBeCloseTo(0.5, 1)
  })

  it('changes the targets alone when noise is added', () => {
    expect(functionSamples({ ...base, noise: 1 }, 3).inputs).toEqual(functionSamples(base, 3).inputs)
  })

  it('refuses a function without a value at a sample', () => {
    expect(() => functionSamples({ ...base, expression: '1/(x-3)' }, 0)).toThrow('no finite value at x = 3')
  })
})

it('the plot grid has 512 points from one end of the domain to the other', () => {
  const grid = plotGrid(base)
  expect([grid.length, grid[0], grid[511]]).toEqual([512, -2, 3])
  expect(grid.every((x, i) => i === 0 || x > grid[i - 1]!)).toBe(true)
})
