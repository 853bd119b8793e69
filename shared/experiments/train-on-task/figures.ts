/** Figures of "Train on an actual task": loss and accuracy on training and test images, and the gradient norm. */
import type { Figure, Line, LineFigure } from '../../figures/figure'
import { joined, slug, titled } from '../../figures/figure-names'
import { gradientNormFigure } from '../../figures/gradient-figure'
import { runFacets, seedsText, seriesLines } from '../../figures/run-lines'
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

interface Facet {
  runs: readonly RunResults[]
  dataset: string
  /** In front of titles and at the end of ids where there are several data sets. */
  prefix: string
  suffix: string
}

function lossFigure({ runs, dataset, prefix, suffix }: Facet): LineFigure {
  return {
    type: 'lines',
    figureId: `loss${suffix}`,
    title: titled(prefix, 'Loss'),
    subtitle: joined(`${dataset}; solid: test, dashed: training (mean over each epoch)`, seedsText(runs, 'testLoss')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'loss (cross-entropy)', scale: 'log', canBeLog: true },
    lines: trainAndTestLines(runs, 'trainLoss', 'testLoss', 1),
    emptyText: 'appears after the first epoch',
  }
}

function accuracyFigure({ runs, dataset, prefix, suffix }: Facet): LineFigure {
  return {
    type: 'lines',
    figureId: `accuracy${suffix}`,
    title: titled(prefix, 'Accuracy'),
    subtitle: joined(`${dataset}; solid: test, dashed: training (while training)`, seedsText(runs, 'testAccuracy')),
    x: { label: 'epoch', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: 'accuracy (%)', scale: 'linear', canBeLog: false },
    lines: trainAndTestLines(runs, 'trainAccuracy', 'testAccuracy', 100),
    emptyText: 'appears after the first epoch',
  }
}

/** For each data set; its name is said only where there are several. */
export function trainOnTaskFigures({ runs: all }: ExperimentResults): Figure[] {
  const facets = runFacets(all)
  const shown = facets.length > 0 ? facets : [{ facet: '', runs: all }]
  return shown.flatMap(({ facet: dataset, runs }) => {
    const several = facets.length > 1
    const facet = { runs, dataset, prefix: several ? dataset : '', suffix: several ? `-${slug(dataset)}` : '' }
    return [
      lossFigure(facet),
      accuracyFigure(facet),
      gradientNormFigure(runs, `gradient-norm${facet.suffix}`, titled(facet.prefix, 'Gradient norm')),
    ]
  })
}
