/** Figures of "Train on an actual task": loss and accuracy on training and test images, and the gradient norm. */
import type { Figure } from '../../figures/figure'
import { slug, titled } from '../../figures/figure-names'
import { gradientNormFigure } from '../../figures/gradient-figure'
import { runFacets } from '../../figures/run-lines'
import { accuracyFigure, lossFigure } from '../../figures/training-figures'
import type { ExperimentResults } from '../results'

/** For each data set; its name is said only where there are several. */
export function trainOnTaskFigures({ runs: all }: ExperimentResults): Figure[] {
  const facets = runFacets(all)
  const shown = facets.length > 0 ? facets : [{ facet: '', runs: all }]
  return shown.flatMap(({ facet: about, runs }) => {
    const several = facets.length > 1
    const part = { runs, about, prefix: several ? about : '', suffix: several ? `-${slug(about)}` : '' }
    return [
      lossFigure(part, 'cross-entropy'),
      accuracyFigure(part),
      gradientNormFigure(runs, `gradient-norm${part.suffix}`, titled(part.prefix, 'Gradient norm')),
    ]
  })
}
