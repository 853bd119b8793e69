/**
 * Marching squares (Lorensen and Cline 1987, in two dimensions): where a field on a grid has a value, and where it has at least that.
 * Cells with a corner that is not finite are left out. In a saddle cell the mean of its corners decides what is connected.
 */

/** Values at whole places of a grid. */
export interface ContourGrid {
  columns: number
  rows: number
  /** [rows, columns], row-major. */
  values: Float64Array
}

/** Column and row, counted from 0, with fractions between samples. */
export type GridPlace = readonly [column: number, row: number]

/**
 * One level's boundary as directed steps between vertices, with what is at least the level on one side throughout. A vertex is a corner
 * of the grid or a crossing on one of its edges; each has a number, so that steps of neighbouring cells join exactly:
 * corners from 0, crossings to the next column from N, crossings to the next row from 2 N, for N samples.
 */
class Boundary {
  /** Across cells: the contour itself. */
  readonly crossings: [from: number, to: number][] = []
  /** Along the outer sides of the covered cells. */
  readonly sides: [from: number, to: number][] = []
  readonly #count: number

  constructor(
    private readonly grid: ContourGrid,
    private readonly level: number,
  ) {
    this.#count = grid.columns * grid.rows
    for (let row = 0; row < grid.rows - 1; row++)
      for (let column = 0; column < grid.columns - 1; column++) if (this.#isCell(column, row)) this.#walk(column, row)
  }

  #value(column: number, row: number): number {
    return this.grid.values[row * this.grid.columns + column]!
  }

  #isCell(column: number, row: number): boolean {
    if (column < 0 || row < 0 || column >= this.grid.columns - 1 || row >= this.grid.rows - 1) return false
    return (
      Number.isFinite(this.#value(column, row)) &&
      Number.isFinite(this.#value(column + 1, row)) &&
      Number.isFinite(this.#value(column, row + 1)) &&
      Number.isFinite(this.#value(column + 1, row + 1))
    )
  }

  /** Adds what a cell contributes: the outline of its part at or above the level. */
  #walk(column: number, row: number): void {
    const { columns } = this.grid
    const first = row * columns + column
    const corners = [first, first + 1, first + columns + 1, first + columns]
    const inside = corners.map((corner) => this.grid.values[corner]! >= this.level)
    if (!inside.includes(true)) return
    const edges = [
      this.#count + first,
      2 * this.#count + first + 1,
      this.#count + first + columns,
      2 * this.#count + first,
    ]
    // Vertices in the order of the walk; a crossing knows its side.
    const vertices: { vertex: number; side: number; isCrossing: boolean }[] = []
    for (let side = 0; side < 4; side++) {
      if (inside[side]) vertices.push({ vertex: corners[side]!, side, isCrossing: false })
      if (inside[side] !== inside[(side + 1) % 4]) vertices.push({ vertex: edges[side]!, side, isCrossing: true })
    }
    const isSaddle = inside[0] === inside[2] && inside[1] === inside[3] && inside[0] !== inside[1]
    const mean = corners.reduce((sum, corner) => sum + this.grid.values[corner]! / 4, 0)
    // Apart: two triangles, each a corner between its crossings.
    if (isSaddle && mean < this.level) {
      const at = vertices.findIndex(({ isCrossing }) => !isCrossing)
      const triangle = (start: number) => [-1, 0, 1].map((shift) => vertices[(start + shift + 6) % 6]!)
      for (const start of [at, at + 3]) this.#outline(triangle(start), column, row)
    } else this.#outline(vertices, column, row)
  }

  #outline(vertices: { vertex: number; side: number; isCrossing: boolean }[], column: number, row: number): void {
    vertices.forEach((from, index) => {
      const to = vertices[(index + 1) % vertices.length]!
      if (from.isCrossing && to.isCrossing) this.crossings.push([from.vertex, to.vertex])
      else if (!this.#hasNeighbour(column, row, from.side)) this.sides.push([from.vertex, to.vertex])
    })
  }

  #hasNeighbour(column: number, row: number, side: number): boolean {
    return this.#isCell(column + [0, 1, 0, -1][side]!, row + [-1, 0, 1, 0][side]!)
  }

  /** Where a vertex is; crossings by linear interpolation. */
  place(vertex: number): GridPlace {
    const { columns } = this.grid
    const first = vertex % this.#count
    const column = first % columns
    const row = (first - column) / columns
    if (vertex < this.#count) return [column, row]
    const alongRow = vertex < 2 * this.#count
    const from = this.#value(column, row)
    const to = alongRow ? this.#value(column + 1, row) : this.#value(column, row + 1)
    const share = (this.level - from) / (to - from)
    return alongRow ? [column + share, row] : [column, row + share]
  }
}

/** Joins steps end to start. Chains that close come back to their first vertex. */
function chains(steps: readonly (readonly [number, number])[]): number[][] {
  const next = new Map<number, number[]>()
  const hasBefore = new Set<number>()
  for (const [from, to] of steps) {
    const known = next.get(from)
    if (known) known.push(to)
    else next.set(from, [to])
    hasBefore.add(to)
  }
  const follow = (start: number): number[] => {
    const chain = [start]
    for (let at = next.get(start)?.pop(); at !== undefined; at = next.get(at)?.pop()) {
      chain.push(at)
      if (at === start) break
    }
    return chain
  }
  const found: number[][] = []
  // Those that end somewhere first, from their beginnings; what is left goes round.
  for (const [from] of steps) if (!hasBefore.has(from) && next.get(from)!.length > 0) found.push(follow(from))
  for (const [from] of steps) while (next.get(from)!.length > 0) found.push(follow(from))
  return found
}

/** The lines on which a field has a value, from edge to edge or closed (then their last place is their first). */
export function contourLines(grid: ContourGrid, level: number): GridPlace[][] {
  const boundary = new Boundary(grid, level)
  return chains(boundary.crossings).map((chain) => chain.map((vertex) => boundary.place(vertex)))
}

/**
 * Rings around everything that has at least a value; holes turn the other way (fill by the nonzero rule). A level of -Infinity gives
 * all that is known of the field.
 */
export function contourRegions(grid: ContourGrid, level: number): GridPlace[][] {
  const boundary = new Boundary(grid, level)
  const steps = [...boundary.crossings, ...boundary.sides]
  return chains(steps).map((chain) => chain.slice(0, -1).map((vertex) => boundary.place(vertex)))
}
