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

export interface Contour {
  /** The lines on which the field has the level's value, from edge to edge or closed (then their last place is their first). */
  lines: GridPlace[][]
  /** Rings around everything that has at least the level; holes turn the other way (fill by the nonzero rule). */
  regions: GridPlace[][]
}

/** Which cells of a grid are known, and between which values they lie. */
class Cells {
  readonly columns: number
  readonly rows: number
  /** [rows, columns] of cells; NaN where a corner is not finite. */
  readonly lowest: Float64Array
  readonly highest: Float64Array

  constructor({ columns, rows, values }: ContourGrid) {
    this.columns = Math.max(0, columns - 1)
    this.rows = Math.max(0, rows - 1)
    this.lowest = new Float64Array(this.columns * this.rows)
    this.highest = new Float64Array(this.columns * this.rows)
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const first = row * columns + column
        const corners = [values[first]!, values[first + 1]!, values[first + columns]!, values[first + columns + 1]!]
        const isKnown = corners.every(Number.isFinite)
        this.lowest[row * this.columns + column] = isKnown ? Math.min(...corners) : NaN
        this.highest[row * this.columns + column] = isKnown ? Math.max(...corners) : NaN
      }
    }
  }

  isKnown(column: number, row: number): boolean {
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return false
    return !Number.isNaN(this.lowest[row * this.columns + column]!)
  }
}

/**
 * One level's boundary as directed steps between vertices, with what is at least the level on one side throughout. A vertex is a corner
 * of the grid or a crossing on one of its edges; each has a number, so that steps of neighbouring cells join exactly:
 * corners from 0, crossings to the next column from N, crossings to the next row from 2 N, for N samples.
 */
class Boundary {
  /** Across cells: the contour itself. */
  readonly crossings: [from: number, to: number][] = []
  /** Along the outer sides of the known cells. */
  readonly sides: [from: number, to: number][] = []
  readonly #count: number

  constructor(
    private readonly grid: ContourGrid,
    private readonly cells: Cells,
    private readonly level: number,
  ) {
    this.#count = grid.columns * grid.rows
    for (let row = 0; row < cells.rows; row++)
      for (let column = 0; column < cells.columns; column++) if (this.#isTouched(column, row)) this.#walk(column, row)
  }

  /** Whether a cell has a part of the boundary: the contour runs through it, or it is full and at the rim. */
  #isTouched(column: number, row: number): boolean {
    const cell = row * this.cells.columns + column
    if (!(this.cells.highest[cell]! >= this.level)) return false
    return this.cells.lowest[cell]! < this.level || [0, 1, 2, 3].some((side) => !this.#hasNeighbour(column, row, side))
  }

  /** Adds what a cell contributes: the outline of its part at or above the level. */
  #walk(column: number, row: number): void {
    const { columns } = this.grid
    const first = row * columns + column
    const corners = [first, first + 1, first + columns + 1, first + columns]
    const inside = corners.map((corner) => this.grid.values[corner]! >= this.level)
    const edges = [
      this.#count + first,
      2 * this.#count + first + 1,
      this.#count + first + columns,
      2 * this.#count + first,
    ]
    // Vertices in the order of the walk; each knows the side that begins with it or that it lies on.
    const vertices: { vertex: number; side: number; isCrossing: boolean }[] = []
    for (let side = 0; side < 4; side++) {
      if (inside[side]) vertices.push({ vertex: corners[side]!, side, isCrossing: false })
      if (inside[side] !== inside[(side + 1) % 4]) vertices.push({ vertex: edges[side]!, side, isCrossing: true })
    }
    const isSaddle = inside[0] === inside[2] && inside[1] === inside[3] && inside[0] !== inside[1]
    const mean = corners.reduce((sum, corner) => sum + this.grid.values[corner]! / 4, 0)
    if (isSaddle && mean < this.level) {
      // Apart: two triangles, each a corner between its crossings.
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
    return this.cells.isKnown(column + [0, 1, 0, -1][side]!, row + [-1, 0, 1, 0][side]!)
  }

  /** Where a vertex is; crossings by linear interpolation. */
  place(vertex: number): GridPlace {
    const { columns, values } = this.grid
    const first = vertex % this.#count
    const column = first % columns
    const row = (first - column) / columns
    if (vertex < this.#count) return [column, row]
    const isAlongRow = vertex < 2 * this.#count
    const from = values[first]!
    const to = values[isAlongRow ? first + 1 : first + columns]!
    const share = (this.level - from) / (to - from)
    return isAlongRow ? [column + share, row] : [column, row + share]
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

/** The contours of a grid at levels; a level of -Infinity has no lines, and its regions are all that is known of the field. */
export function contours(grid: ContourGrid, levels: readonly number[]): Contour[] {
  const cells = new Cells(grid)
  return levels.map((level) => {
    const boundary = new Boundary(grid, cells, level)
    const placed = (chain: number[]): GridPlace[] => chain.map((vertex) => boundary.place(vertex))
    return {
      lines: chains(boundary.crossings).map(placed),
      regions: chains([...boundary.crossings, ...boundary.sides]).map((chain) => placed(chain.slice(0, -1))),
    }
  })
}
