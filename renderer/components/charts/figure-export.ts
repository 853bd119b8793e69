/** A figure as a file: SVG and PNG as they are seen, on white, with title and legend; CSV with every number. */
import { figureCsv } from '../../../shared/figures/csv'
import type { Figure } from '../../../shared/figures/figure'
import { visible } from '../../../shared/text/visible'
import { fileNameOf, saveBlob, saveText } from './downloads'
import { init } from './echarts'
import { viewDrawing, type FigureView } from './figure-option'
import { noZoom } from './zoom'

export const exportFormats = [
  { format: 'svg', title: 'SVG (vector)' },
  { format: 'png', title: 'PNG (picture)' },
  { format: 'csv', title: 'CSV (every number)' },
] as const
export type ExportFormat = (typeof exportFormats)[number]['format']

/** Pixels of a file's drawing: about the width of a page at screen scale. */
const width = 720
const height = 440
/** Pixels of a PNG for each pixel of the drawing: about 300 per inch on paper. */
const density = 3

const plainView: FigureView = {
  scales: {},
  smoothing: 0,
  zoom: noZoom,
  hidden: new Set(),
}

function printOption(figure: Figure, view: FigureView) {
  return viewDrawing(
    figure,
    { ...view, isTurning: false },
    { theme: 'print', width, height, withTitle: true, withLegend: true },
  ).option
}

function svgText(figure: Figure, view: FigureView): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption(printOption(figure, view))
  const text = chart.renderToSVGString()
  chart.dispose()
  return visible(text, '\n\t')
}

async function pngBlob(figure: Figure, view: FigureView): Promise<Blob> {
  const host = document.createElement('div')
  const chart = init(host, null, { renderer: 'canvas', width, height, devicePixelRatio: density })
  chart.setOption(printOption(figure, view))
  const canvas = chart.renderToCanvas({ pixelRatio: density, backgroundColor: '#ffffff' })
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  chart.dispose()
  if (!blob) throw new Error('the picture could not be made')
  return blob
}

/** Saves a figure. @param view as a person sees it; absent: as the figure comes. */
export async function exportFigure(figure: Figure, format: ExportFormat, view = plainView): Promise<void> {
  const name = fileNameOf(figure.figureId, format)
  if (format === 'csv') saveText(name, figureCsv(figure), 'text/csv')
  else if (format === 'svg') saveText(name, svgText(figure, view), 'image/svg+xml')
  else saveBlob(name, await pngBlob(figure, view))
}
