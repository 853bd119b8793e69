/** The results of "Error surface" as figures need them, and what a person may choose about them. */
import { strideIndices, type SurfaceAxis, type SurfaceResult, type SurfaceSpec } from '../../analyses/error-surface'
import type { Grid } from '../../figures/figure'
import type { ViewChoices, ViewControl } from '../kind'
import { countText } from '../model-groups'
import type { AnalysisResults, ExperimentResults } from '../results'
import type { RunSpec } from '../run-spec'

export interface Surface {
  analysisId: string
  label: string
  groupIndex: number
  spec: SurfaceSpec
  result: SurfaceResult
  /** What the first of its runs learned; absent where the run is not there any more. */
  run: RunSpec | undefined
}

/** Those that have values, in plan order. */
export function surfaces({ analyses, runs }: ExperimentResults): Surface[] {
  return analyses.flatMap(({ analysis, result }: AnalysisResults): Surface[] => {
    const found = result as SurfaceResult | null
    if (analysis.kind !== 'error-surface' || !found || found.stride === 0) return []
    const { analysisId, label, groupIndex } = analysis
    const run = runs.find(({ run: { runId } }) => runId === analysis.runIds[0])?.run.spec
    return [{ analysisId, label, groupIndex, spec: analysis.spec as SurfaceSpec, result: found, run }]
  })
}

export function chosenSurface(all: readonly Surface[], view: ViewChoices): Surface | undefined {
  return all.find(({ analysisId }) => analysisId === view['surface']) ?? all[0]
}

export function errorSurfaceControls(results: ExperimentResults): ViewControl[] {
  const all = surfaces(results)
  const [first, second] = all
  if (!first || !second) return []
  const options = all.map(({ analysisId, label }) => ({ value: analysisId, label }))
  return [{ key: 'surface', label: 'Surface', type: 'choice', default: first.analysisId, options }]
}

/** The points that have been computed, which are few at first; a loss that is not finite has no value. */
export function computedGrid({ result }: Surface): Grid {
  const { axes, values, stride } = result
  const [first, second] = axes as [SurfaceAxis, SurfaceAxis?]
  const resolution = first.coordinates.length
  const indices = strideIndices(resolution, stride)
  const rows = second ? indices : [0]
  const at = (axis: SurfaceAxis): Float64Array => Float64Array.from(indices, (index) => axis.coordinates[index]!)
  const found = rows.flatMap((row) => indices.map((column) => values[row * resolution + column]!))
  return {
    xs: at(first),
    ys: second ? at(second) : new Float64Array(1),
    values: Float64Array.from(found, (value) => (Number.isFinite(value) ? value : NaN)),
  }
}

const ordinals = ['first', 'second']

export function axisLabel({ spec }: Surface, axis: SurfaceAxis, index: number): string {
  switch (axis.unit) {
    case 'share':
      return 'share of the way from run to run'
    case 'filter norms':
      return `${ordinals[index]} random direction (norms of the filters)`
    case 'weight norms':
      return `${ordinals[index]} random direction (norms of the weights)`
    case 'distance':
      if (spec.directions === 'runs') {
        return index === 0 ? 'along the line of the first two runs (distance)' : 'towards the third run (distance)'
      }
      return `principal component ${index + 1} (${((axis.explained ?? 0) * 100).toFixed(1)} % of variance)`
  }
}

/** What tables call it: without the numbers of this surface. */
export function axisColumn(surface: Surface, axis: SurfaceAxis, index: number): string {
  const isComponent = axis.unit === 'distance' && surface.spec.directions !== 'runs'
  return isComponent ? `principal component ${index + 1}` : axisLabel(surface, axis, index)
}

/** 'loss of the first 1,000 training samples' */
export function lossText({ spec }: Surface): string {
  const { set, samples } = spec
  const what = `${set} samples`
  return samples === undefined ? `loss over all ${what}` : `loss over the first ${samples.toLocaleString('en')} ${what}`
}

/** '25 × 25 of 51 × 51 points so far', and how many losses are not finite. */
export function progressText({ result }: Surface, { xs, ys, values }: Grid): string {
  const sizes = result.axes.map(({ coordinates }) => coordinates.length)
  const now = sizes.length === 2 ? [xs.length, ys.length] : [xs.length]
  const parts = result.stride > 1 ? [`${now.join(' × ')} of ${sizes.join(' × ')} points so far`] : []
  const lost = values.filter(Number.isNaN).length
  if (lost > 0) parts.push(`left out where it is not finite (${countText(lost, 'point')})`)
  return parts.join('; ')
}
