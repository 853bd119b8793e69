/** Figures of "Random labels": loss and accuracy along the epochs for each share, then what training ends with against the share. */
import type { Figure, Line, LineFigure } from '../../figures/figure'
import { endLine, endValueOf } from '../../figures/end-values'
import { distinct, joined, slug } from '../../figures/figure-names'
import { seedsText } from '../../figures/run-lines'
import { accuracyFigure, lossFigure } from '../../figures/training-figures'
import { runsByModel, type ExperimentResults, type NamedRuns, type RunResults } from '../results'
import type { RandomLabelsSpec } from './spec'

/** In per cent. */
function shareOf({ run }: RunResults): number {
  const { data } = run.spec
  return data.type === 'dataset' ? 100 * (data.labels?.share ?? 0) : 0
}

const accuracyOf = (result: RunResults, which: 'trainAccuracy' | 'testAccuracy'): number =>
  100 * endValueOf(result, which, 'last')

const shareAxis = { label: 'training labels that are random (%)', scale: 'linear', canBeLog: false, min: 0 } as const
const emptyText = 'appears after the first epoch'

function endFigure(models: readonly NamedRuns[], about: string): LineFigure {
  const lines = models.flatMap(({ label, runs }, color): Line[] => {
    const common = { legend: label, color, x: shareOf }
    const training = { ...common, name: `${label}, training`, style: 'dashed' as const }
    const test = { ...common, name: `${label}, test`, style: 'line' as const }
    return [
      ...endLine(runs, { ...training, y: (result) => accuracyOf(result, 'trainAccuracy') }),
      ...endLine(runs, { ...test, y: (result) => accuracyOf(result, 'testAccuracy') }),
    ]
  })
  return {
    type: 'lines',
    figureId: 'accuracy-by-share',
    title: 'Accuracy at the end',
    subtitle: joined(about, 'solid: test (true labels), dashed: training (the labels trained on)'),
    x: shareAxis,
    y: { label: 'accuracy (%)', scale: 'linear', canBeLog: false },
    lines,
    emptyText,
  }
}

function gapFigure(models: readonly NamedRuns[], about: string): LineFigure {
  const gapOf = (result: RunResults): number => accuracyOf(result, 'trainAccuracy') - accuracyOf(result, 'testAccuracy')
  return {
    type: 'lines',
    figureId: 'gap-by-share',
    title: 'Generalization gap at the end',
    subtitle: joined(about, 'training accuracy less test accuracy'),
    x: shareAxis,
    y: { label: 'gap (percentage points)', scale: 'linear', canBeLog: false },
    lines: models.flatMap(({ label, runs }, color) =>
      endLine(runs, { name: label, legend: label, color, style: 'line', x: shareOf, y: gapOf }),
    ),
    emptyText,
  }
}

export function randomLabelsFigures(results: ExperimentResults): Figure[] {
  const { models: entries, labels } = results.experiment.spec as RandomLabelsSpec
  const models = runsByModel(entries, results.runs, labels.shares.length)
  const several = models.length > 1
  const suffixes = distinct(models.map(({ label }) => slug(label)))
  const dataset = results.runs[0]?.run.facet ?? ''
  const curves = models.flatMap(({ label, runs }, index): Figure[] => {
    const part = { runs, about: dataset, prefix: several ? label : '', suffix: several ? `-${suffixes[index]}` : '' }
    return [lossFigure(part, 'cross-entropy'), accuracyFigure(part)]
  })
  const about = joined(dataset, seedsText(results.runs))
  return [...curves, endFigure(models, about), gapFigure(models, about)]
}
