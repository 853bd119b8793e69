import { describe, expect, it } from 'vitest'
import { meanCurve, seedsText, seriesLines, type Curve } from '../../../shared/figures/run-lines'
import { madeResults, seriesData, type MadeRun } from '../../support/made-results'

function curve(x: number[], y: number[], edges?: { low: number[]; high: number[] }): Curve {
  const band = edges ? { low: Float64Array.from(edges.low), high: Float64Array.from(edges.high) } : {}
  return { x: Float64Array.from(x), y: Float64Array.from(y), ...band }
}

function plain(found: Curve | undefined): Record<string, number[]> {
  return Object.fromEntries(Object.entries(found ?? {}).map(([key, values]) => [key, [...(values as Float64Array)]]))
}

describe('the mean of curves', () => {
  it('has the lowest and the highest as its band', () => {
    expect(plain(meanCurve([curve([1, 2], [1, 4]), curve([1, 2], [3, 8]), curve([1, 2], [2, 0])]))).toEqual({
      x: [1, 2],
      y: [2, 4],
      low: [1, 0],
      high: [3, 8],
    })
  })

  it('of one curve is that curve, its envelope included', () => {
    expect(plain(meanCurve([curve([1], [5], { low: [2], high: [9] })]))).toEqual({
      x: [1],
      y: [5],
      low: [2],
      high: [9],
    })
    expect(meanCurve([curve([], [])])).toBeUndefined()
  })

  it('covers the envelopes of all', () => {
    const found = meanCurve([curve([1], [5], { low: [2], high: [9] }), curve([1], [7], { low: [6], high: [20] })])
    expect(plain(found)).toEqual({ x: [1], y: [6], low: [2], high: [20] })
  })

  it('counts a run that is behind only as far as it has got', () => {
    expect(plain(meanCurve([curve([1, 2, 3], [2, 2, 2]), curve([1, 2], [4, 6])]))).toMatchObject({
      x: [1, 2, 3],
      y: [3, 4, 2],
    })
  })

  it('interpolates a curve that was sampled elsewhere and keeps its extremes in between', () => {
    const sparse = curve([0, 10, 20], [0, 0, 0])
    const dense = curve([0, 4, 8, 12, 20], [0, 50, 0, 0, 8])
    expect(plain(meanCurve([dense, sparse]))).toMatchObject({ y: [0, 25, 0, 0, 4] })
    const found = meanCurve([sparse, { ...dense, x: Float64Array.of(0, 4, 8, 12, 18) }])!
    expect([...found.x]).toEqual([0, 10, 20])
    expect(found.high![1]).toBe(50)
  })

  it('leaves out what is not finite', () => {
    expect(plain(meanCurve([curve([1, 2], [1, NaN]), curve([1, 2], [3, NaN])]))).toEqual({
      x: [1, 2],
      y: [2, NaN],
      low: [1, NaN],
      high: [3, NaN],
    })
  })
})

describe('lines of runs', () => {
  const models = ['A', 'B'].map((label) => ({ label, hidden: [] }))
  const results = (seeds: number, made: (position: number) => MadeRun) =>
    madeResults('simulate-function', { models, seeds }, (_, position) => ({ stepsPerEpoch: 4, ...made(position) })).runs

  it('are a mean for each group in its colour, over thin lines for few seeds', () => {
    const runs = results(2, (position) => ({ series: { trainLoss: seriesData([4, 8], [position, 10]) } }))
    const lines = seriesLines(runs, { series: 'trainLoss', per: 'epoch', style: 'line' })
    expect(lines.map(({ key, style, color, legend, x, y }) => [key, style, color, legend, [...x], [...y]])).toEqual([
      ['A, seed 0', 'thin', 0, 'A', [1, 2], [0, 10]],
      ['A, seed 1', 'thin', 0, 'A', [1, 2], [1, 10]],
      ['A', 'line', 0, 'A', [1, 2], [0.5, 10]],
      ['B, seed 0', 'thin', 1, 'B', [1, 2], [2, 10]],
      ['B, seed 1', 'thin', 1, 'B', [1, 2], [3, 10]],
      ['B', 'line', 1, 'B', [1, 2], [2.5, 10]],
    ])
    expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length)
    expect(seedsText(runs)).toBe('mean of 2 seeds, band from lowest to highest')
  })

  it('leave out single seeds where they are many', () => {
    const runs = results(6, () => ({ series: { trainLoss: seriesData([4], [1]) } }))
    expect(seriesLines(runs, { series: 'trainLoss', per: 'epoch', style: 'line' }).map((line) => line.key)).toEqual([
      'A',
      'B',
    ])
  })

  it('tell runs apart that share group and seed, as those of several experiments may', () => {
    const runs = results(2, () => ({ series: { trainLoss: seriesData([4], [1]) } })).map((result) => ({
      ...result,
      run: { ...result.run, seed: 7 },
    }))
    expect(seriesLines(runs, { series: 'trainLoss', per: 'epoch', style: 'line' }).map((line) => line.key)).toEqual([
      'A, seed 7',
      'A, seed 7-2',
      'A',
      'B, seed 7',
      'B, seed 7-2',
      'B',
    ])
  })

  it('keep a diverged run out of the mean but not out of sight', () => {
    const runs = results(2, (position) =>
      position === 1
        ? { status: 'diverged', series: { trainLoss: seriesData([4], [1e30]) } }
        : { series: { trainLoss: seriesData([4], [1]) } },
    )
    const lines = seriesLines(runs, { series: 'trainLoss', per: 'epoch', style: 'line' })
    expect(lines.slice(0, 3).map(({ key, y }) => [key, y[0]])).toEqual([
      ['A, seed 0', 1],
      ['A, seed 1', 1e30],
      ['A', 1],
    ])
    expect(seedsText(runs)).toBe('mean of 2 seeds, band from lowest to highest; 1 of 4 runs diverged')
  })

  it('show the extremes between the points of an envelope, and say so', () => {
    const data = {
      ...seriesData([50, 100], [2, 1]),
      min: Float64Array.of(1, 0.5),
      max: Float64Array.of(3, 4),
      count: 100,
    }
    const runs = results(1, () => ({ series: { gradientNorm: data } }))
    const [line] = seriesLines(runs, { series: 'gradientNorm', per: 'step', style: 'raw' })
    expect([[...line!.x], [...line!.low!], [...line!.high!]]).toEqual([
      [50, 100],
      [1, 0.5],
      [3, 4],
    ])
    expect(seedsText(runs, 'gradientNorm')).toBe('band from lowest to highest of all iterations')
  })
})
