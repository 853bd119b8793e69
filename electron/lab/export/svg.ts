/** Draws a figure as SVG text without a browser. */
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { chartOption, type ChartSettings } from '../../../shared/figures/chart'
import { chartParts } from '../../../shared/figures/chart-parts'
import type { Figure } from '../../../shared/figures/figure'
import { thinnedFigure } from '../../../shared/figures/thinning'

use([...chartParts, SVGRenderer])

/** Of raw lines; the subtitle names it. */
const defaultSmoothing = 0.6

/** A full text width in a report, in pixels of 1/96 inch, and the usual shape. */
const defaultSize = { width: 720, height: 440 }

/** More points than this along 720 pixels cannot be told apart. */
const mostPoints = 1500

export type SvgSettings = Partial<Omit<ChartSettings, 'animation'>>

/** A whole SVG document with title and legend, in colours for paper unless another theme is asked for. */
export function figureSvg(figure: Figure, settings: SvgSettings = {}): string {
  const all = { ...defaultSize, theme: 'print' as const, withTitle: true, smoothing: defaultSmoothing, ...settings }
  const scale = figure.x.canBeLog && all.xScale ? all.xScale : figure.x.scale
  const drawn = thinnedFigure({ ...figure, x: { ...figure.x, scale } }, mostPoints)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: all.width, height: all.height })
  try {
    chart.setOption(chartOption(drawn, all))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
