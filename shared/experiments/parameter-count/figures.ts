/** Figures of "Parameter count": what training ends with against the number of parameters, then the test curves of all sizes. */
import type { Figure, Line, LineFigure } from '../../figures/figure'
import { endLine, endValueOf, type EndValue } from '../../figures/end-values'
import { joined } from '../../figures/figure-names'
import { seedsText } from '../../figures/run-lines'
import { accuracyFigure, lossFigure } from '../../figures/training-figures'
import type { ViewChoices, ViewControl } from '../kind'
import { runsByModel, type ExperimentResults, type NamedRuns } from '../results'
import type { SeriesName } from '../run-spec'
import type { ParameterCountSpec } from './spec'

export function parameterCountControls(): ViewControl[] {
  return [
    {
      key: 'value',
      label: 'Value',
      type: 'choice',
      default: 'last',
      options: [
        { value: 'last', label: 'at the end' },
        { value: 'best', label: 'best of all epochs' },
      ],
      title: 'The best value is chosen for each run and curve by itself, also on the test set',
    },
  ]
}

/** Sizes given one by one are one family, without a label; else groups are numbered family by family. */
function familiesOf({ experiment, runs }: ExperimentResults): NamedRuns[] {
  const { models, sizes } = experiment.spec as ParameterCountSpec
  const { length } = sizes.counts
  if (length === 0 || models.length === 1) return [{ label: '', runs: [...runs] }]
  return runsByModel(models, runs, length)
}

interface EndParts {
  families: readonly NamedRuns[]
  about: string
  value: EndValue
}

/** Training dashed, test solid, one colour for each family. */
function endLines({ families, value }: EndParts, train: SeriesName, test: SeriesName, factor: number): Line[] {
  return families.flatMap(({ label, runs }, color): Line[] =>
    [
      { series: train, what: 'training', style: 'dashed' as const },
      { series: test, what: 'test', style: 'line' as const },
    ].flatMap(({ series, what, style }) => {
      const name = label === '' ? what : `${label}, ${what}`
      return endLine(runs, {
        name,
        legend: label === '' ? what : label,
        color,
        style,
        x: ({ run }) => run.parameterCount,
        y: (result) => factor * endValueOf(result, series, value),
      })
    }),
  )
}

function endFigure(parts: EndParts, what: 'Loss' | 'Accuracy', rest: Pick<LineFigure, 'y' | 'lines'>): LineFigure {
  const when = parts.value === 'last' ? 'at the end of training' : 'best of all epochs'
  return {
    type: 'lines',
    figureId: `${what.toLowerCase()}-by-parameters`,
    title: `${what} against the number of parameters`,
    subtitle: joined(parts.about, `${when}; solid: test, dashed: training (mean over an epoch)`),
    x: { label: 'parameters', scale: 'log', canBeLog: true },
    emptyText: 'appears after the first epoch',
    ...rest,
  }
}

export function parameterCountFigures(results: ExperimentResults, choices: ViewChoices = {}): Figure[] {
  const { runs, experiment } = results
  const { task } = experiment.spec as ParameterCountSpec
  const value: EndValue = choices['value'] === 'best' ? 'best' : 'last'
  const about = joined(runs[0]?.run.facet ?? '', seedsText(runs))
  const parts = { families: familiesOf(results), about, value }
  const measure = task.type === 'function' ? 'mean squared error' : 'cross-entropy'
  const loss = endFigure(parts, 'Loss', {
    y: { label: `loss (${measure})`, scale: 'log', canBeLog: true },
    lines: endLines(parts, 'trainLoss', 'testLoss', 1),
  })
  const curves = { runs, about: runs[0]?.run.facet ?? '', prefix: '', suffix: '' }
  if (task.type === 'function') return [loss, lossFigure(curves, measure)]
  const accuracy = endFigure(parts, 'Accuracy', {
    y: { label: 'accuracy (%)', scale: 'linear', canBeLog: false },
    lines: endLines(parts, 'trainAccuracy', 'testAccuracy', 100),
  })
  return [loss, accuracy, lossFigure(curves, measure), accuracyFigure(curves)]
}
