/**
 * Inner products of points of a space of many dimensions, centred: what distances and principal components of a few points are computed from
 * without a matrix of dimensions by dimensions. Sums in float64, whatever the points are in.
 */

/** A point [P]. Points keep their precision; a million coordinates of two hundred of them are 0.9 GB in float32. */
export type Point = Float32Array | Float64Array

/** Coordinates at a time: a block of all points' is then small enough for the cache. */
const blockWidth = 512
/** Rows and columns of the result at a time: sixteen sums, which fit the registers. */
const tile = 4

/** Gram matrix of centred points, summed over ranges of their coordinates, which may be added one by one. */
export class GramMatrix {
  readonly size: number
  readonly #side: number
  readonly #sums: Float64Array
  readonly #block: Float64Array

  /** @param points at least one, all of one length */
  constructor(private readonly points: readonly Point[]) {
    this.size = points.length
    this.#side = Math.ceil(this.size / tile) * tile
    this.#sums = new Float64Array(this.#side ** 2)
    this.#block = new Float64Array(this.#side * blockWidth)
  }

  /** Adds what the coordinates from `from` to before `to` contribute. */
  add(from: number, to: number): void {
    for (let start = from; start < to; start += blockWidth) {
      const width = Math.min(blockWidth, to - start)
      this.#readCentred(start, width)
      for (let row = 0; row < this.#side; row += tile) {
        for (let column = 0; column <= row; column += tile) this.#addTile(row, column, width)
      }
    }
  }

  /** [n, n], symmetric. */
  matrix(): Float64Array {
    const matrix = new Float64Array(this.size ** 2)
    for (let row = 0; row < this.size; row++) {
      for (let column = 0; column <= row; column++) {
        const sum = this.#sums[row * this.#side + column]!
        matrix[row * this.size + column] = matrix[column * this.size + row] = sum
      }
    }
    return matrix
  }

  /** A block [n, width] less its column means; less the first point before that, so that equal points give exact zeros. */
  #readCentred(start: number, width: number): void {
    const block = this.#block
    const first = this.points[0]!
    const means = new Float64Array(width)
    for (let row = 0; row < this.size; row++) {
      const point = this.points[row]!
      for (let k = 0, at = row * width; k < width; k++, at++) {
        const difference = point[start + k]! - first[start + k]!
        block[at] = difference
        means[k]! += difference
      }
    }
    for (let k = 0; k < width; k++) means[k]! /= this.size
    for (let row = 0; row < this.size; row++) {
      for (let k = 0, at = row * width; k < width; k++, at++) block[at]! -= means[k]!
    }
    block.fill(0, this.size * width, this.#side * width)
  }

  /** Sixteen inner products at once, so that each number read is used four times. */
  #addTile(row: number, column: number, width: number): void {
    const block = this.#block
    const a0 = row * width
    const [a1, a2, a3] = [a0 + width, a0 + 2 * width, a0 + 3 * width]
    const b0 = column * width
    const [b1, b2, b3] = [b0 + width, b0 + 2 * width, b0 + 3 * width]
    let [s00, s01, s02, s03] = [0, 0, 0, 0]
    let [s10, s11, s12, s13] = [0, 0, 0, 0]
    let [s20, s21, s22, s23] = [0, 0, 0, 0]
    let [s30, s31, s32, s33] = [0, 0, 0, 0]
    for (let k = 0; k < width; k++) {
      const x0 = block[b0 + k]!
      const x1 = block[b1 + k]!
      const x2 = block[b2 + k]!
      const x3 = block[b3 + k]!
      const y0 = block[a0 + k]!
      s00 += y0 * x0
      s01 += y0 * x1
      s02 += y0 * x2
      s03 += y0 * x3
      const y1 = block[a1 + k]!
      s10 += y1 * x0
      s11 += y1 * x1
      s12 += y1 * x2
      s13 += y1 * x3
      const y2 = block[a2 + k]!
      s20 += y2 * x0
      s21 += y2 * x1
      s22 += y2 * x2
      s23 += y2 * x3
      const y3 = block[a3 + k]!
      s30 += y3 * x0
      s31 += y3 * x1
      s32 += y3 * x2
      s33 += y3 * x3
    }
    this.#addRow(row, column, s00, s01, s02, s03)
    this.#addRow(row + 1, column, s10, s11, s12, s13)
    this.#addRow(row + 2, column, s20, s21, s22, s23)
    this.#addRow(row + 3, column, s30, s31, s32, s33)
  }

  #addRow(row: number, column: number, s0: number, s1: number, s2: number, s3: number): void {
    const at = row * this.#side + column
    this.#sums[at]! += s0
    this.#sums[at + 1]! += s1
    this.#sums[at + 2]! += s2
    this.#sums[at + 3]! += s3
  }
}

/** Squared distance of two of the points whose Gram matrix [n, n] this is; rounding may not make it negative. */
export function squaredDistance(gram: Float64Array, size: number, i: number, j: number): number {
  return Math.max(0, gram[i * size + i]! + gram[j * size + j]! - 2 * gram[i * size + j]!)
}
