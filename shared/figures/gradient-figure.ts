/** The gradient norm along the iterations, the same figure for every experiment that trains. */
import type { RunResults } from '../experiments/results'
import type { LineFigure } from './figure'
import { joined } from './figure-names'
import { seedsText, seriesLines } from './run-lines'

export function gradientNormFigure(runs: readonly RunResults[], figureId: string, title: string): LineFigure {
  return {
    type: 'lines',
    figureId,
    title,
    subtitle: joined('Euclidean norm over all parameters', seedsText(runs, 'gradientNorm')),
    x: { label: 'iteration', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: '‖∇L‖', scale: 'log', canBeLog: true },
    lines: seriesLines(runs, { series: 'gradientNorm', per: 'step', style: 'raw', withSeeds: false }),
    emptyText: 'appears with the first iterations',
  }
}
