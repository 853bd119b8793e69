import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contours, type ContourGrid, type GridPlace } from '../../../shared/figures/contours'

function gridOf(columns: number, rows: number, value: (column: number, row: number) => number): ContourGrid {
  const values = Float64Array.from({ length: columns * rows }, (_, index) =>
    value(index % columns, Math.floor(index / columns)),
  )
  return { columns, rows, values }
}

/** Shoelace formula; holes count negative. */
function area(rings: readonly (readonly GridPlace[])[]): number {
  return rings.reduce((sum, ring) => {
    return ring.reduce((part, [x, y], index) => {
      const [nextX, nextY] = ring[(index + 1) % ring.length]!
      return part + (x * nextY - nextX * y) / 2
    }, sum)
  }, 0)
}

/** The value between samples along the edge of the grid that a place lies on. */
function edgeValue({ columns, values }: ContourGrid, [column, row]: GridPlace): number {
  const [left, top] = [Math.floor(column), Math.floor(row)]
  const first = values[top * columns + left]!
  if (column > left) return first + (column - left) * (values[top * columns + left + 1]! - first)
  if (row > top) return first + (row - top) * (values[(top + 1) * columns + left]! - first)
  return first
}

describe('contours', () => {
  it('of a paraboloid are closed circles', () => {
    const grid = gridOf(41, 41, (column, row) => (column - 20) ** 2 + (row - 20) ** 2)
    const [contour] = contours(grid, [144])
    expect(contour!.lines).toHaveLength(1)
    const [circle] = contour!.lines
    expect(circle![0]).toEqual(circle!.at(-1))
    for (const [x, y] of circle!) expect(Math.hypot(x - 20, y - 20)).toBeCloseTo(12, 1)
    // What is at least the level is the square around the disc, with the disc as a hole.
    expect(contour!.regions).toHaveLength(2)
    expect(area(contour!.regions)).toBeCloseTo(1600 - Math.PI * 144, -1)
  })

  it('of a saddle run from edge to edge, and meet only at its own level', () => {
    const saddle = gridOf(21, 21, (column, row) => (column - 10) ** 2 - (row - 10) ** 2)
    for (const level of [-30, 30]) {
      const { lines } = contours(saddle, [level])[0]!
      expect(lines).toHaveLength(2)
      for (const line of lines) {
        const ends = [line[0]!, line.at(-1)!]
        for (const [x, y] of ends) expect([x, y].some((at) => at === 0 || at === 20)).toBe(true)
        for (const [x, y] of line) expect((x - 10) ** 2 - (y - 10) ** 2).toBeCloseTo(level, -0.5)
      }
    }
  })

  it('in a single saddle cell connect what the mean of its corners says', () => {
    const cell = (high: number) =>
      contours(
        gridOf(2, 2, (column, row) => (column === row ? high : 0)),
        [1],
      )[0]!
    // Mean 2: the high corners are one region; mean 0.75: two.
    expect(cell(4).regions).toHaveLength(1)
    expect(cell(1.5).regions).toHaveLength(2)
  })

  it('leave out cells with a corner that is not finite', () => {
    const grid = gridOf(5, 5, (column, row) => (column === 2 && row === 2 ? NaN : 1))
    const [all] = contours(grid, [-Infinity])
    expect(area(all!.regions)).toBe(12)
    expect(all!.regions).toHaveLength(2)
    expect(all!.lines).toEqual([])
    expect(
      contours(
        gridOf(3, 3, () => NaN),
        [0],
      ),
    ).toEqual([{ lines: [], regions: [] }])
    expect(
      contours(
        gridOf(1, 1, () => 1),
        [0],
      ),
    ).toEqual([{ lines: [], regions: [] }])
  })

  const anyGrid = fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 })).chain(([columns, rows]) =>
    fc
      .array(fc.oneof({ weight: 9, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) }, fc.constant(NaN)), {
        minLength: columns * rows,
        maxLength: columns * rows,
      })
      .map((values) => ({ columns, rows, values: Float64Array.from(values) })),
  )

  it('lie where the field has their value', () => {
    fc.assert(
      fc.property(anyGrid, fc.double({ min: -1, max: 1, noNaN: true }), (grid, level) => {
        for (const line of contours(grid, [level])[0]!.lines)
          for (const place of line) expect(edgeValue(grid, place)).toBeCloseTo(level, 9)
      }),
    )
  })

  it('part what is known of a field into what is above and what is below', () => {
    fc.assert(
      fc.property(anyGrid, (grid) => {
        // Not a value that a sample has, so that no part is empty.
        const level = 0.123456789
        const below = { ...grid, values: grid.values.map((value) => -value) }
        const known = area(contours(grid, [-Infinity])[0]!.regions)
        const above = area(contours(grid, [level])[0]!.regions)
        expect(above + area(contours(below, [-level])[0]!.regions)).toBeCloseTo(known, 9)
        expect(above).toBeGreaterThanOrEqual(-1e-9)
      }),
    )
  })
})
