/** The highest value of a function in a ball around the origin, looked for by projected gradient ascent. */
import { euclideanNorm } from '../../shared/math/vectors'

/** Value and gradient [P] at a point [P]. */
export type Objective = (point: Float64Array) => Promise<{ value: number; gradient: Float64Array }>

export interface AscentOptions {
  radius: number
  /** Evaluations of value and gradient. */
  steps: number
}

/** Lengths of the first and the last step before the projection, in radii. */
const [firstStep, lastStep] = [1, 0.01]

/** The nearest point of the ball. */
function projected(point: Float64Array, radius: number): Float64Array {
  const length = euclideanNorm(point)
  return length > radius ? point.map((value) => (value / length) * radius) : point
}

/**
 * Steps along the unit gradient and back onto the ball (Goldstein 1964; Levitin and Polyak 1966), geometrically shorter from step to step.
 * For a quadratic function the long ones are a shifted power iteration, which ends at the largest eigenvalue; the short ones settle
 * where the function has an edge (ReLU). Steps may lead down: what counts is the highest point on the way.
 * @param start [P], moved to the ball where it is outside
 * @returns the highest point evaluated; not below the start
 */
export async function projectedAscent(
  objective: Objective,
  start: Float64Array,
  { radius, steps }: AscentOptions,
): Promise<{ point: Float64Array; value: number }> {
  let point = projected(start, radius)
  let { value, gradient } = await objective(point)
  let highest = { point, value }
  for (let step = 1; step < steps; step++) {
    const slope = euclideanNorm(gradient)
    if (!(slope > 0 && slope < Infinity)) break
    const share = steps > 2 ? (step - 1) / (steps - 2) : 0
    const scale = (firstStep * (lastStep / firstStep) ** share * radius) / slope
    const next = point.map((coordinate, i) => coordinate + scale * gradient[i]!)
    point = projected(next, radius)
    ;({ value, gradient } = await objective(point))
    if (value > highest.value) highest = { point, value }
  }
  return highest
}
