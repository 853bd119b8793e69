/** Which groups the figures show: chips of the legend and of the runs panel switch them. */
import type { AnalysisResults, RunResults } from '../../../shared/experiments/results'
import type { Figure } from '../../../shared/figures/figure'

/** Runs whose groups are not hidden. */
export function visibleRuns(runs: readonly RunResults[], hidden: ReadonlySet<number>): RunResults[] {
  return runs.filter(({ run }) => !hidden.has(run.groupIndex))
}

/** Analyses of groups that are not hidden. */
export function visibleAnalyses(analyses: readonly AnalysisResults[], hidden: ReadonlySet<number>): AnalysisResults[] {
  return analyses.filter(({ analysis }) => !hidden.has(analysis.groupIndex))
}

/** Hides or shows a group. One is always shown: hiding the last shows all. */
export function toggledGroup(
  hidden: ReadonlySet<number>,
  groupIndex: number,
  all: readonly number[],
): ReadonlySet<number> {
  const next = new Set(hidden)
  if (!next.delete(groupIndex)) next.add(groupIndex)
  return all.every((index) => next.has(index)) ? new Set() : next
}

/** Shows one group alone, or all when it is alone already. */
export function onlyGroup(
  hidden: ReadonlySet<number>,
  groupIndex: number,
  all: readonly number[],
): ReadonlySet<number> {
  const others = all.filter((index) => index !== groupIndex)
  const isAlone = !hidden.has(groupIndex) && others.every((index) => hidden.has(index))
  return new Set(isAlone ? [] : others)
}

/** What a figure's legend would list. */
function legendNames(figure: Figure): string[] {
  switch (figure.type) {
    case 'lines':
      return figure.lines.map(({ legend }) => legend)
    case 'stacked':
      return figure.panels.flatMap(({ lines }) => lines.map(({ legend }) => legend))
    case 'scatter':
      return [...figure.groups, ...(figure.lines ?? [])].map(({ legend }) => legend)
    case 'field':
    case 'space':
      return []
  }
}

/** Whether what a figure draws stands for something else than groups (a family of sizes, say): it needs a legend of its own. */
export function hasOwnLegend(figure: Figure, groups: readonly { group: string }[]): boolean {
  const names = legendNames(figure)
  return names.length > 0 && names.every((name) => groups.every(({ group }) => group !== name))
}
