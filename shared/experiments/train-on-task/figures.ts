/** Figures of "Train on an actual task": loss and accuracy on training and test images, and the gradient norm. */
import type { Figure, Line, LineFigure } from '../../figures/figure'
import { joined } from '../../figures/figure-names'
import { gradientNormFigure } from '../../figures/gradient-figure'
import { seedsText, seriesLines } from '../../figures/run-lines'
import type { ExperimentResults, RunResults } from '../results'
import type { SeriesName } from '../run-spec'

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

function lossFigure(runs: readonly RunResults[], dataset: string): LineFigure {
  return {
    type: 'lines',
    figureId: 'loss',
    title: 'Loss',
    subtitle: joined(`${dataset}; solid: test, dashed: training (mean over each epoch)`, seedsText(runs, 'testLoss')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'loss (cross-entropy)', scale: 'log', canBeLog: true },
    lines: trainAndTestLines(runs, 'trainLoss', 'testLoss', 1),
    emptyText: 'appears after the first epoch',
  }
}

function accuracyFigure(runs: readonly RunResults[], dataset: string): LineFigure {
  return {
    type: 'lines',
    figureId: 'accuracy',
    title: 'Accuracy',
    subtitle: joined(`${dataset}; solid: test, dashed: training (while training)`, seedsText(runs, 'testAccuracy')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'accuracy (%)', scale: 'linear', canBeLog: false },
    lines: trainAndTestLines(runs, 'trainAccuracy', 'testAccuracy', 100),
    emptyText: 'appears after the first epoch',
  }
}

export function trainOnTaskFigures({ runs }: ExperimentResults): Figure[] {
  const dataset = runs[0]?.run.facet ?? ''
  return [
    lossFigure(runs, dataset),
    accuracyFigure(runs, dataset),
    gradientNormFigure(runs, 'gradient-norm', 'Gradient norm'),
  ]
}
