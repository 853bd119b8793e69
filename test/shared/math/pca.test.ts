import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GramMatrix, squaredDistance, type Point } from '../../../shared/math/gram'
import {
  coordinatesFromGram,
  coordinatesFromPoints,
  principalComponents,
  principalCoordinates,
} from '../../../shared/math/pca'
import { largestError } from '../../golden/closeness'
import { golden } from '../../golden/golden'

function gramOf(points: readonly Point[]): Float64Array {
  const gram = new GramMatrix(points)
  gram.add(0, points[0]!.length)
  return gram.matrix()
}

function rowsOf(numbers: readonly number[], dimensions: number): Float32Array[] {
  return Array.from({ length: numbers.length / dimensions }, (_, row) =>
    Float32Array.from(numbers.slice(row * dimensions, (row + 1) * dimensions)),
  )
}

/** Columns [n, count] with the sign of the first number that is far from 0 made positive. */
function unsigned(coordinates: ArrayLike<number>, count: number): number[] {
  const all = Array.from(coordinates)
  return all.map((value, at) => {
    const column = all.filter((_, other) => other % count === at % count)
    const first = column.find((other) => Math.abs(other) > 1e-3 * Math.max(...column.map(Math.abs)))!
    return value * Math.sign(first)
  })
}

describe('principal components', () => {
  it.each(golden('trajectories').components)(
    'of $runs × $snapshots snapshots of $dimensions parameters are those of NumPy, by either way',
    ({ dimensions, points, coordinates, explained, variance }) => {
      const rows = rowsOf(points, dimensions)
      for (const found of [coordinatesFromGram(gramOf(rows), rows.length, 3), coordinatesFromPoints(rows, 3)]) {
        expect(largestError(unsigned(found.coordinates, 3), unsigned(coordinates, 3))).toBeLessThan(1e-11)
        expect(largestError(found.explained, explained)).toBeLessThan(1e-12)
        expect(Math.abs(found.variance / variance - 1)).toBeLessThan(1e-12)
      }
    },
  )

  it('are the same from inner products and from singular values, signs included', () => {
    const rows = rowsOf(golden('trajectories').components[1]!.points, 9)
    const [gram, svd] = [coordinatesFromGram(gramOf(rows), rows.length, 3), coordinatesFromPoints(rows, 3)]
    expect(largestError(gram.coordinates, svd.coordinates)).toBeLessThan(1e-11)
    for (const k of [0, 1, 2]) {
      const column = [...gram.coordinates].filter((_, at) => at % 3 === k)
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)))
    }
  })

  it('give back the points with all their axes, which are at right angles and of unit length', () => {
    const rows = rowsOf(golden('trajectories').components[2]!.points, 12)
    const { mean, axes, coordinates, explained } = principalComponents(rows, 4)
    expect([...explained].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
    const products = axes.flatMap((a) => axes.map((b) => dot(a, b)))
    expect(largestError(products, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeLessThan(1e-12)
    rows.forEach((row, i) => {
      const again = mean.map((value, d) =>
        axes.reduce((sum, axis, k) => sum + axis[d]! * coordinates[i * 4 + k]!, value),
      )
      expect(largestError(again, row)).toBeLessThan(1e-12)
    })
  })

  it('of equal points, and beyond as many as there are, are zero', () => {
    const equal = [0.1, 0.1, 0.1].map((value) => new Float64Array(50).fill(value))
    for (const points of [equal, equal.map((point) => point.subarray(0, 2))]) {
      const { coordinates, explained, variance } = principalComponents(points, 2)
      expect([[...coordinates], [...explained], variance]).toEqual([[0, 0, 0, 0, 0, 0], [0, 0], 0])
    }
    const line = [0, 1, 3].map((at) => Float64Array.from([at, 2 * at, -at, at]))
    const { explained, coordinates } = principalCoordinates(line, 3)
    expect([...explained].map((share) => Math.round(share * 1e12) / 1e12)).toEqual([1, 0, 0])
    expect([...coordinates].filter((_, at) => at % 3 > 0)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('do not depend on how many dimensions are added up at once', () => {
    const values = fc.double({ min: -1e3, max: 1e3, noNaN: true })
    const points = fc
      .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 1300 }), fc.infiniteStream(values))
      .map(([n, p, stream]) =>
        Array.from({ length: n }, () => Float64Array.from({ length: p }, () => stream.next().value)),
      )
    fc.assert(
      fc.property(points, fc.nat(1300), (rows, cut) => {
        const parts = new GramMatrix(rows)
        parts.add(0, Math.min(cut, rows[0]!.length))
        parts.add(Math.min(cut, rows[0]!.length), rows[0]!.length)
        const [whole, size] = [gramOf(rows), rows.length]
        expect(largestError(parts.matrix(), whole)).toBeLessThan(1e-9)
        const distance = rows[0]!.reduce((sum, value, i) => sum + (value - rows[1]![i]!) ** 2, 0)
        expect(Math.abs(squaredDistance(whole, size, 0, 1) - distance)).toBeLessThanOrEqual(
          // Where squares are as small as numbers get, none of their digits is left.
          1e-12 * Math.max(...whole.map(Math.abs)) * size + 1e-300,
        )
      }),
      { numRuns: 30 },
    )
  })
})
