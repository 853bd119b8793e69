/** What is asked of a vector of weights or of a gradient as a whole. */

/** Sums of squares below have lost digits to underflow. */
const leastSquares = 1e-280

/** √Σ v², also of numbers whose squares over- or underflow; NaN where one of them is. */
export function euclideanNorm(values: ArrayLike<number>): number {
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2
  return squares > leastSquares && squares < Infinity ? Math.sqrt(squares) : scaledNorm(values)
}

/** In units of the largest, whose square neither over- nor underflows. */
function scaledNorm(values: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!))
  if (!(largest > 0 && largest < Infinity)) return largest
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! / largest) ** 2
  return largest * Math.sqrt(squares)
}

/** Whether there is no Infinity and no NaN among the numbers. */
export function allFinite(values: ArrayLike<number>): boolean {
  let sum = 0
  // What is not finite times zero is not a number, and stays so.
  for (let i = 0; i < values.length; i++) sum += 0 * values[i]!
  return sum === 0
}
