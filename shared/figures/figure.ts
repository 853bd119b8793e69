/**
 * A figure: plain data that says what to draw. chart.ts turns it into an ECharts option for the screen and for every exporter,
 * csv.ts into a table. Colours are indices into the palette, so that light and dark and print each have their own.
 */

export type AxisScale = 'linear' | 'log'

export interface Axis {
  /** With its unit: 'epoch', 'loss (mean squared error)'. */
  label: string
  /** What tables call it; absent: the label. Where that has numbers of the result in it, the same column would have other names in other files. */
  column?: string
  scale: AxisScale
  /** Whether a log scale makes sense (a switch is offered). */
  canBeLog: boolean
  /** Counts only: no ticks between whole numbers. */
  whole?: boolean
  min?: number
  max?: number
  /** Names instead of numbers, at 0, 1, ...: a row or column for each; what lies between belongs to the nearest. */
  categories?: readonly string[]
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
  /** Read on the figure's second y axis. */
  axis?: 'right'
  /** Whether each point is marked; absent: where there are few. */
  dots?: boolean
  /** Only drawn, to hold results against (a limit, a zero): it is no result and not in the table. */
  isGuide?: true
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
  /** A second y axis, for the lines that ask for it: accuracy beside loss. */
  right?: Axis
  lines: Line[]
  /** Shown instead of an empty plot: 'appears after the first epoch'. */
  emptyText: string
}

/** Points, joined or not: dots of a scatter plot, or the way of one training. Arrays have one entry for each point. */
export interface PointGroup {
  /** Distinct within the figure. */
  key: string
  name: string
  /** Group shown as one legend entry. */
  legend: string
  /** Palette index; 'text' for ground truth. */
  color: number | 'text'
  x: Float64Array
  y: Float64Array
  /** For a figure with `color`: what each point is coloured by; NaN: unknown (drawn hollow, in the group's colour). */
  values?: Float64Array
  marker: 'dot' | 'ring' | 'cross'
  /** Joined in their order, fainter at the start, with an arrow at the end; the start is marked by a ring. */
  joined?: boolean
  /** Short texts beside points ('' for none); drawn where they do not overlap. */
  labels?: string[]
  /** What else is known of each point, for tables, by name with its unit; there instead of the short texts. */
  columns?: Record<string, Float64Array>
  /** What the tooltip says of each point, lines of 'name: value' text; plain text, never HTML. */
  notes?: string[]
}

/** How values become colours, with a colour bar beside the plot. */
export interface ColorScale {
  /** With its unit: 'gradient norm'. */
  label: string
  scale: AxisScale
  /** Whether a log scale makes sense (a switch is offered); absent: only the scale given. */
  canBeLog?: boolean
  /** Lowest and highest value coloured; absent: those drawn. Values outside get the colour of the end. */
  range?: readonly [number, number]
}

interface FigureHead {
  /** File-name safe, distinct within the experiment. */
  figureId: string
  title: string
  /** One line: what is drawn, and how it was made. */
  subtitle: string
  /** Shown instead of an empty plot. */
  emptyText: string
}

/** Points in the plane. */
export interface ScatterFigure extends FigureHead {
  type: 'scatter'
  x: Axis
  y: Axis
  groups: PointGroup[]
  /** Curves behind the points. */
  lines?: Line[]
  color?: ColorScale
  /** One unit is as long along both axes, unless one of them is logarithmic. */
  equalScales?: boolean
}

/** One of several plots above each other. */
export interface Panel {
  /** Distinct within the figure; the CSV's column. */
  key: string
  y: Axis
  lines: Line[]
}

/** Panels above each other with one x axis, a linked cursor and linked zoom: loss and gradient norm. */
export interface StackedFigure extends FigureHead {
  type: 'stacked'
  x: Axis
  panels: Panel[]
  /** Vertical marks through all panels: 'switch to the gradient norm'. */
  marks?: { x: number; text: string }[]
}

/** Values over a rectangular grid, ascending along both axes. */
export interface Grid {
  /** [X] */
  xs: Float64Array
  /** [Y] */
  ys: Float64Array
  /** [Y, X], row-major; NaN: not computed. */
  values: Float64Array
}

/** A scalar field over a plane: filled contours (cells while coarse), contour lines with their values, paths on top. */
export interface FieldFigure extends FigureHead, Grid {
  type: 'field'
  x: Axis
  y: Axis
  color: ColorScale
  paths: PointGroup[]
  /** One unit is as long along both axes. */
  equalScales?: boolean
}

export interface SpaceGroup extends PointGroup {
  z: Float64Array
}

/** Three axes, seen from where a person turns them: a surface, ways of trainings, or both. */
export interface SpaceFigure extends FigureHead {
  type: 'space'
  x: Axis
  y: Axis
  z: Axis
  surface?: Grid
  /** Of the surface by its height, and of points by their values; absent: the surface is still coloured by z. */
  color?: ColorScale
  paths: SpaceGroup[]
}

export type Figure = LineFigure | ScatterFigure | StackedFigure | FieldFigure | SpaceFigure
