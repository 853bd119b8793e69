/** Loss and accuracy on training and test samples along the epochs: the same figures for every experiment that compares both. */
import type { RunResults } from '../experiments/results'
import type { SeriesName } from '../experiments/run-spec'
import type { Line, LineFigure } from './figure'
import { joined, titled } from './figure-names'
import { seedsText, seriesLines } from './run-lines'

/** What these figures draw. */
export const trainAndTestSeries = ['trainLoss', 'testLoss', 'trainAccuracy', 'testAccuracy'] as const

/** Runs that share a figure. */
export interface FigurePart {
  runs: readonly RunResults[]
  /** Begins the subtitle: the data set. */
  about: string
  /** In front of titles and at the end of ids where there are several parts. */
  prefix: string
  suffix: string
}

/** Test as it is, training dashed in the same colour. */
function trainAndTestLines(runs: readonly RunResults[], train: SeriesName, test: SeriesName, factor: number): Line[] {
  return [
    ...seriesLines(runs, {
      series: train,
      per: 'epoch',
      factor,
      style: 'dashed',
      suffix: 'training',
      withSeeds: false,
      withBand: false,
    }),
    ...seriesLines(runs, { series: test, per: 'epoch', factor, style: 'line', suffix: 'test' }),
  ]
}

/** @param measure what the loss is: 'cross-entropy' */
export function lossFigure({ runs, about, prefix, suffix }: FigurePart, measure: string): LineFigure {
  return {
    type: 'lines',
    figureId: `loss${suffix}`,
    title: titled(prefix, 'Loss'),
    subtitle: joined(`${about}; solid: test, dashed: training (mean over each epoch)`, seedsText(runs, 'testLoss')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: `loss (${measure})`, scale: 'log', canBeLog: true },
    lines: trainAndTestLines(runs, 'trainLoss', 'testLoss', 1),
    emptyText: 'appears after the first epoch',
  }
}

export function accuracyFigure({ runs, about, prefix, suffix }: FigurePart): LineFigure {
  return {
    type: 'lines',
    figureId: `accuracy${suffix}`,
    title: titled(prefix, 'Accuracy'),
    subtitle: joined(`${about}; solid: test, dashed: training (while training)`, seedsText(runs, 'testAccuracy')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'accuracy (%)', scale: 'linear', canBeLog: false },
    lines: trainAndTestLines(runs, 'trainAccuracy', 'testAccuracy', 100),
    emptyText: 'appears after the first epoch',
  }
}
