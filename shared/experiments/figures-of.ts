/**
 * The figures of an experiment as everyone is to see them. Whatever of them was computed with other data than its runs were trained on
 * says so in its subtitle, on screen and in every file.
 */
import type { Figure } from '../figures/figure'
import type { ViewChoices } from './kind'
import { experimentKinds } from './registry'
import type { ExperimentResults } from './results'

export const otherDataMark = 'WITH OTHER DATA than the runs were trained on'

export function figuresOf(results: ExperimentResults, choices?: ViewChoices): Figure[] {
  const figures = experimentKinds[results.experiment.kind].figures(results, choices)
  const isOther = results.analyses.some(({ analysis }) =>
    // While it runs there is no provenance yet, but a part of the result may be drawn.
    analysis.provenance ? usesOtherData(analysis.provenance) : analysis.otherData,
  )
  if (!isOther) return figures
  return figures.map((figure) => ({
    ...figure,
    subtitle: figure.subtitle === '' ? otherDataMark : `${otherDataMark}; ${figure.subtitle}`,
  }))
}

function usesOtherData({ runs }: { runs: readonly { data?: { relation: string } }[] }): boolean {
  return runs.some(({ data }) => data?.relation === 'other')
}
