/** First figures: how the trainings went. */
import type { Figure } from '../../figures/figure'
import { gradientNormFigure } from '../../figures/gradient-figure'
import type { ExperimentResults } from '../results'

export function errorSurfaceFigures({ runs }: ExperimentResults): Figure[] {
  return [gradientNormFigure(runs, 'gradient-norm', 'Gradient norm')]
}
