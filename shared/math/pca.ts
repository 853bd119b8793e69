/**
 * Principal components of a few points in a space of many dimensions (Pearson 1901; Jolliffe 2002): the directions along which they vary
 * most, and where they lie along them. n points, P dimensions.
 *
 * Where there are more dimensions than points, the components come from the points' Gram matrix [n, n] (the "snapshot method" of Sirovich
 * 1987): its eigenvector u of eigenvalue λ holds the coordinates √λ u. Otherwise from the singular values of the points (ml-pca).
 */
import { PCA } from 'ml-pca'
import { GramMatrix, type Point } from './gram'

export interface PrincipalCoordinates {
  /** [n, count] Where points lie along the components, largest variance first; 0 along components that do not exist. */
  coordinates: Float64Array
  /** [count] Shares of the variance; all 0 where nothing varies. */
  explained: Float64Array
  /** Mean squared distance from the mean times n / (n - 1): the sum of the variances of all dimensions. */
  variance: number
}

export interface PrincipalComponents extends PrincipalCoordinates {
  /** [P] */
  mean: Float64Array
  /** [count] of [P], of unit length and at right angles; zero where there is no such component. */
  axes: Float64Array[]
}

/** Eigenvalues that rounding alone may have made, as shares of the largest for each point. */
const rounding = 1e-14

/** Eigenvalues, largest first, and the eigenvector [n] of each, of a symmetric matrix [n, n]. */
export function sortedEigen(matrix: Float64Array, size: number): { values: number[]; vectors: Float64Array[] } {
  const rows = Array.from({ length: size }, (_, row) => Array.from(matrix.subarray(row * size, (row + 1) * size)))
  // ml-pca takes it for a covariance, whose components are its eigenvectors.
  const pca = new PCA(rows, { isCovarianceMatrix: true, center: false })
  const vectors = pca.getEigenvectors()
  return {
    values: pca.getEigenvalues(),
    vectors: Array.from({ length: size }, (_, k) => Float64Array.from(vectors.getColumn(k))),
  }
}

/** Coordinates have no sign of their own: the first of the largest along each component is made positive. */
function fixSigns(coordinates: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) {
    let largest = 0
    for (let at = k; at < coordinates.length; at += count) largest = Math.max(largest, Math.abs(coordinates[at]!))
    // Two that are as far from the middle but for rounding must not take turns.
    let first = k
    while (Math.abs(coordinates[first]!) < largest * (1 - 1e-9)) first += count
    if (coordinates[first]! >= 0) continue
    for (let at = k; at < coordinates.length; at += count) coordinates[at] = -coordinates[at]! || 0
  }
}

function nothingVaries(points: number, count: number): PrincipalCoordinates {
  return { coordinates: new Float64Array(points * count), explained: new Float64Array(count), variance: 0 }
}

/** From the Gram matrix [n, n] of centred points. */
export function coordinatesFromGram(gram: Float64Array, size: number, count: number): PrincipalCoordinates {
  let trace = 0
  for (let i = 0; i < size; i++) trace += gram[i * size + i]!
  if (trace === 0) return nothingVaries(size, count)
  const { values, vectors } = sortedEigen(gram, size)
  const coordinates = new Float64Array(size * count)
  const explained = new Float64Array(count)
  for (let k = 0; k < Math.min(count, size); k++) {
    if (values[k]! <= rounding * size * values[0]!) break
    const length = Math.sqrt(values[k]!)
    for (let i = 0; i < size; i++) coordinates[i * count + k] = length * vectors[k]![i]!
    explained[k] = values[k]! / trace
  }
  fixSigns(coordinates, count)
  return { coordinates, explained, variance: trace / Math.max(1, size - 1) }
}

/** From the points themselves, for those of few dimensions. */
export function coordinatesFromPoints(points: readonly Point[], count: number): PrincipalCoordinates {
  const first = points[0]!
  // Equal points then are exact zeros.
  const rows = points.map((point) => Array.from(point, (value, i) => value - first[i]!))
  if (rows.every((row) => row.every((value) => value === 0))) return nothingVaries(points.length, count)
  const pca = new PCA(rows)
  const eigenvalues = pca.getEigenvalues()
  const projected = pca.predict(rows, { nComponents: Math.min(count, eigenvalues.length) })
  const variance = eigenvalues.reduce((sum, value) => sum + value, 0)
  const coordinates = new Float64Array(points.length * count)
  const explained = new Float64Array(count)
  for (let k = 0; k < projected.columns; k++) {
    if (eigenvalues[k]! <= rounding * points.length * eigenvalues[0]!) break
    for (let i = 0; i < points.length; i++) coordinates[i * count + k] = projected.get(i, k)
    explained[k] = eigenvalues[k]! / variance
  }
  fixSigns(coordinates, count)
  return { coordinates, explained, variance }
}

/** ml-pca where there are no more dimensions than points, else the Gram matrix. */
export function principalCoordinates(points: readonly Point[], count: number): PrincipalCoordinates {
  const dimensions = points[0]!.length
  if (dimensions <= points.length) return coordinatesFromPoints(points, count)
  const gram = new GramMatrix(points)
  gram.add(0, dimensions)
  return coordinatesFromGram(gram.matrix(), points.length, count)
}

function meanOf(points: readonly Point[]): Float64Array {
  const first = points[0]!
  const mean = new Float64Array(first.length)
  for (const point of points) for (let i = 0; i < mean.length; i++) mean[i]! += point[i]! - first[i]!
  for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! / points.length + first[i]!
  return mean
}

/** The same with the mean and the axes themselves: a point is about its mean plus the sum of its coordinates times the axes. */
export function principalComponents(points: readonly Point[], count: number): PrincipalComponents {
  const found = principalCoordinates(points, count)
  const mean = meanOf(points)
  // Centred points X = C A with orthogonal columns of C: A = (Cᵀ C)⁻¹ Cᵀ X.
  const axes = Array.from({ length: count }, (_, k) => {
    const axis = new Float64Array(mean.length)
    let squared = 0
    for (let at = k; at < found.coordinates.length; at += count) squared += found.coordinates[at]! ** 2
    if (squared === 0) return axis
    points.forEach((point, i) => {
      const share = found.coordinates[i * count + k]! / squared
      for (let d = 0; d < axis.length; d++) axis[d]! += share * (point[d]! - mean[d]!)
    })
    return axis
  })
  return { ...found, mean, axes }
}
