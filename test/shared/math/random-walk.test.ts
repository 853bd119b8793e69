import { describe, expect, it } from 'vitest'
import { GramMatrix, type Point } from '../../../shared/math/gram'
import { principalCoordinates } from '../../../shared/math/pca'
import { randomWalks } from '../../../shared/math/random-walk'
import { randomKey, RandomStream } from '../../../shared/random'
import { golden } from '../../golden/golden'

function gramOf(points: readonly Point[]): Float64Array {
  const gram = new GramMatrix(points)
  gram.add(0, points[0]!.length)
  return gram.matrix()
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0))
}

/** A walk straight ahead from each start, with steps of these lengths: what random walks are made to match. */
function straight(starts: readonly number[][], lengths: readonly number[][]): Float64Array[] {
  return starts.flatMap((start, walk) => {
    const points = [Float64Array.from(start)]
    for (const length of lengths[walk]!) points.push(points.at(-1)!.map((value, i) => value + (i === 0 ? length : 0)))
    return points
  })
}

function walksOf(real: readonly Point[], lengths: readonly number[], dimensions: number, seed: number): Float64Array[] {
  return randomWalks({ gram: gramOf(real), lengths, dimensions }, new RandomStream(randomKey(seed, 'walk')))
}

describe('random walks', () => {
  it('start where the real ones start and step as far', () => {
    const { starts, lengths, dimensions } = golden('trajectories').walks[1]!
    const real = straight(starts, lengths)
    const counts = lengths.map((row) => row.length + 1)
    const walks = walksOf(real, counts, dimensions, 3)
    const isStart = (i: number) => i % counts[0]! === 0
    for (let i = 1; i < real.length; i++) {
      if (!isStart(i)) expect(distance(walks[i]!, walks[i - 1]!)).toBeCloseTo(distance(real[i]!, real[i - 1]!), 10)
      else expect(distance(walks[i]!, walks[0]!)).toBeCloseTo(distance(real[i]!, real[0]!), 10)
    }
    expect(walksOf(real, counts, dimensions, 3)).toEqual(walks)
    expect(walksOf(real, counts, dimensions, 4)).not.toEqual(walks)
  })

  it.each(golden('trajectories').walks)(
    'of $dimensions dimensions explain on average what those drawn number by number do',
    ({ dimensions, starts, lengths, mean, deviation, repeats }) => {
      const seeds = 1000
      const real = straight(starts, lengths)
      const counts = lengths.map((row) => row.length + 1)
      const shares = Array.from({ length: seeds }, (_, seed) => {
        return [...principalCoordinates(walksOf(real, counts, dimensions, seed), 3).explained]
      })
      mean.forEach((expected, k) => {
        const found = shares.reduce((sum, share) => sum + share[k]!, 0) / seeds
        const error = deviation[k]! * Math.sqrt(1 / seeds + 1 / repeats)
        expect(Math.abs(found - expected)).toBeLessThan(4 * error)
      })
    },
  )

  it.each(golden('trajectories').walkLimits)(
    'of $steps equal steps in very many dimensions put most of their variance on the first component',
    ({ steps, explained }) => {
      const real = straight([[0, 0]], [Array.from({ length: steps }, () => 1)])
      const walk = walksOf(real, [steps + 1], 1e9, 1)
      const found = principalCoordinates(walk, 3).explained
      explained.forEach((share, k) => expect(Math.abs(found[k]! - share)).toBeLessThan(1e-3))
      // 6/π², where steps are many (Antognini and Sohl-Dickstein 2018).
      expect(Math.abs(found[0]! - 6 / Math.PI ** 2)).toBeLessThan(4e-3)
    },
  )
})
