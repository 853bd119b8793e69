/**
 * A figure: plain data that says what to draw. chart.ts turns it into an ECharts option for the screen and for every exporter,
 * csv.ts into a table. Colours are indices into the palette, so that light and dark and print each have their own.
 */

export type AxisScale = 'linear' | 'log'

export interface Axis {
  /** With its unit: 'epoch', 'loss (mean squared error)'. */
  label: string
  scale: AxisScale
  /** Whether a log scale makes sense (a switch is offered). */
  canBeLog: boolean
  /** Counts only: no ticks between whole numbers. */
  whole?: boolean
  min?: number
  max?: number
}

export interface Line {
  /** Distinct within the figure; the CSV's column. */
  key: string
  name: string
  /** Palette index; 'text' for ground truth. */
  color: number | 'text'
  /**
   * `line`: as it is. `raw`: noisy; where smoothing is asked for, thin at 30 % with its smoothed self on top. `thin`: one of the runs
   * behind a mean, at 30 %, not in the tooltip. `dashed`: a reference such as the true function. `points`: samples.
   */
  style: 'line' | 'raw' | 'thin' | 'dashed' | 'points'
  x: Float64Array
  y: Float64Array
  /** Lower and upper edge of a band around the line, same length (seeds, or an envelope's extremes). */
  low?: Float64Array
  high?: Float64Array
  /** Group shown as one legend entry. */
  legend: string
}

export interface LineFigure {
  type: 'lines'
  /** File-name safe, distinct within the experiment: 'train-loss-sinc'. */
  figureId: string
  title: string
  /** One line: what is drawn, over what, how bands were made. */
  subtitle: string
  x: Axis
  y: Axis
  lines: Line[]
  /** Shown instead of an empty plot: 'appears after the first epoch'. */
  emptyText: string
}

/** Other types of figures (scatter, heat map, surface) join this union. */
export type Figure = LineFigure
