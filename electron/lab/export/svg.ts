/** Draws a figure as SVG text without a browser. */
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { figureChart, type ChartSettings } from '../../../shared/figures/chart'
import { chartParts } from '../../../shared/figures/chart-parts'
import type { Figure } from '../../../shared/figures/figure'
import { slug } from '../../../shared/figures/figure-names'
import { shownScales } from '../../../shared/figures/figure-axes'
import { visible } from '../../../shared/text/visible'
import { thinnedFigure } from '../../../shared/figures/thinning'

use([...chartParts, SVGRenderer])

/** Of raw lines; the subtitle names it. */
const defaultSmoothing = 0.6

/** A full text width in a report, in pixels of 1/96 inch, and the usual shape. */
const defaultSize = { width: 720, height: 440 }

/** More points than this along 720 pixels cannot be told apart. */
const mostPoints = 1500

export type SvgSettings = Partial<Omit<ChartSettings, 'animation'>>

/**
 * Takes away what ECharts adds for pages where its own script runs: hints, hover styles, invisible areas. Ids come from the figure instead
 * of a counter, so that the same figure gives the same file and several fit into one page. Text cannot match: its quotes are escaped.
 */
function tidied(svg: string, prefix: string): string {
  return svg
    .replace(/<style[^>]*><!\[CDATA\[[\s\S]*?\]\]>\s*<\/style>\s*/g, '')
    .replace(/ (?:ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/<path(?![^>]* stroke=")[^>]* fill="none"[^>]*><\/path>\n?/g, '')
    .replace(/<path[^>]* fill-opacity="0"[^>]* stroke-width="0"[^>]*><\/path>\n?/g, '')
    .replace(/(id="|url\(#)zr\d+-/g, `$1${prefix}-`)
}

/** A whole SVG document with title and legend, in colours for paper unless another theme is asked for. */
export function figureSvg(figure: Figure, settings: SvgSettings = {}): string {
  const all = { ...defaultSize, theme: 'print' as const, withTitle: true, smoothing: defaultSmoothing, ...settings }
  const drawn = thinnedFigure(figure, mostPoints, shownScales(figure, all.scales).x)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: all.width, height: all.height })
  try {
    chart.setOption(figureChart(drawn, all))
    return visible(tidied(chart.renderToSVGString(), slug(figure.figureId)), '\n\t')
  } finally {
    chart.dispose()
  }
}
