/** What the preview of a function to learn shows: its curve where it has values, some training points, or why it cannot be read. */
import { plotGrid, readExpression, targetFunction } from '../../../shared/data/function-data'
import { errorMessage } from '../../../shared/api/errors'
import type { FunctionData } from '../../../shared/experiments/run-spec'
import { functionSamples } from '../../../shared/data/function-data'
import type { SamplesDraft } from './draft'
import type { PlotPoints } from './function-plot'

export interface TargetPreview {
  curve: PlotPoints
  /** Only where they say something that the curve does not: noise or random places. */
  samples: PlotPoints | undefined
}

const mostSamples = 400

/** The data of a draft's function; null while its domain or numbers are none. */
export function previewData(
  { domain, points, noise, sampling }: SamplesDraft,
  expression: string,
): FunctionData | null {
  const [from, to] = domain
  if (typeof from !== 'number' || typeof to !== 'number' || !(from < to)) return null
  return {
    type: 'function',
    expression,
    domain: [from, to],
    points: typeof points === 'number' && points >= 2 ? Math.min(mostSamples, Math.floor(points)) : mostSamples,
    noise: typeof noise === 'number' && noise >= 0 ? noise : 0,
    sampling,
  }
}

/** null for an expression that cannot be read, or in two ways; places without a value are left open. */
export function previewTarget(data: FunctionData): TargetPreview | null {
  let evaluate: (x: number) => number
  try {
    readExpression(data.expression)
    evaluate = targetFunction(data.expression, data.domain)
  } catch {
    return null
  }
  const x = plotGrid(data)
  const curve = { x, y: x.map((place) => evaluate(place)) }
  if (data.noise === 0 && data.sampling === 'grid') return { curve, samples: undefined }
  try {
    const { inputs, targets } = functionSamples(data, 0)
    return { curve, samples: { x: inputs, y: targets } }
  } catch {
    return { curve, samples: undefined }
  }
}

/** What an expression is read as, with all its signs, or why it cannot be read, and where. Says nothing of the domain. */
export function expressionReading(expression: string): { reading: string } | { problem: string } {
  try {
    return { reading: readExpression(expression) }
  } catch (error) {
    return { problem: errorMessage(error) }
  }
}
