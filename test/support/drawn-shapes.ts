/** Looks into what a chart draws itself: the shapes of its custom series. */
import type { CustomSeriesOption } from 'echarts/charts'
import type { Drawing } from '../../shared/figures/chart'

export interface DrawnShape {
  type: string
  x?: number
  y?: number
  shape?: Record<string, unknown>
  style: Record<string, unknown>
}

export function seriesOf({ option }: Drawing): CustomSeriesOption[] {
  return option.series as CustomSeriesOption[]
}

/** The shapes of the series of an id. */
export function shapesOf(drawing: Drawing, id: string): DrawnShape[] {
  const found = seriesOf(drawing).find((series) => series.id === id)
  if (!found) throw new Error(`no series ${id} among ${seriesOf(drawing).map((series) => series.id).join(', ')}`) // prettier-ignore
  return (found.renderItem as unknown as () => { children: DrawnShape[] })().children
}

/** All texts that a series draws. */
export function textsOf(drawing: Drawing, id: string): string[] {
  return shapesOf(drawing, id)
    .filter(({ type }) => type === 'text')
    .map(({ style }) => style.text as string)
}
