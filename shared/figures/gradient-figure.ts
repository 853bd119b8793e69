/** The gradient norm along the iterations, the same figure for every experiment that trains. */
import type { RunResults } from '../experiments/results'
import type { LineFigure } from './figure'
import { joined } from './figure-names'
import { hasEnvelope, seedsText, seriesLines } from './run-lines'

export function gradientNormFigure(runs: readonly RunResults[], figureId: string, title: string): LineFigure {
  const envelope = hasEnvelope(runs, 'gradientNorm')
    ? 'band from lowest to highest of all iterations'
    : 'every iteration'
  return {
    type: 'lines',
    figureId,
    title,
    subtitle: joined('Euclidean norm over all parameters', seedsText(runs), envelope),
    x: { label: 'iteration', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    y: { label: '‖∇L‖', scale: 'log', canBeLog: true },
    lines: seriesLines(runs, { series: 'gradientNorm', per: 'step', style: 'raw', withSeeds: false }),
    emptyText: 'appears with the first iterations',
  }
}
