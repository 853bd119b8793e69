/**
 * Colours of figures. Groups have an index; each theme has its own shade of it. The first colours are those of Okabe and Ito (2008), told
 * apart with any kind of colour vision; past ten, dashes tell groups apart.
 */

export type ChartTheme = 'light' | 'dark' | 'print'

export interface ChartColors {
  /** Behind the plot; `transparent` where the page shows through. */
  background: string
  text: string
  muted: string
  /** Lines of the grid, and of the axis itself. */
  grid: string
  axis: string
  tooltip: string
  series: readonly string[]
}

const lightSeries = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#882255',
  '#7a7a1e',
  '#4b3fa7',
  '#6b747c',
] as const

const darkSeries = [
  '#4aa8e0',
  '#ff8a4c',
  '#3fcf9f',
  '#e29bc3',
  '#f2bd4a',
  '#86cdf2',
  '#d1608f',
  '#c3c34d',
  '#a79cf5',
  '#a9b1b8',
] as const

export const chartColors: Record<ChartTheme, ChartColors> = {
  light: {
    background: 'transparent',
    text: '#1a1f24',
    muted: '#5d6872',
    grid: '#e8ebee',
    axis: '#c9d0d6',
    tooltip: '#ffffff',
    series: lightSeries,
  },
  dark: {
    background: 'transparent',
    text: '#e6eaed',
    muted: '#9aa5ae',
    grid: '#262c31',
    axis: '#3d464d',
    tooltip: '#22272c',
    series: darkSeries,
  },
  print: {
    background: '#ffffff',
    text: '#111111',
    muted: '#444444',
    grid: '#e4e4e4',
    axis: '#888888',
    tooltip: '#ffffff',
    series: lightSeries,
  },
}

/** Dash patterns in pixels, by how often the colours have come round. */
const dashes: readonly (readonly number[] | undefined)[] = [undefined, [7, 3], [2, 3], [9, 3, 2, 3]]

export interface Stroke {
  color: string
  /** Absent: solid. */
  dash?: number[]
}

/** How the group of an index is drawn: 40 of them can be told apart. */
export function groupStroke(index: number, theme: ChartTheme): Stroke {
  const { series } = chartColors[theme]
  const dash = dashes[Math.floor(index / series.length) % dashes.length]
  return { color: series[index % series.length]!, ...(dash ? { dash: [...dash] } : {}) }
}
