/** Loss and gradient norm above each other through both phases: the median of each group, and one training in full. */
import type { Line, StackedFigure } from '../../figures/figure'
import { joined } from '../../figures/figure-names'
import { medianCurve, medianText } from '../../figures/quantile-curve'
import { curveOf, runGroups, type Curve } from '../../figures/run-lines'
import type { RunResults } from '../results'
import type { SeriesName } from '../run-spec'

/** Runs are drawn one by one up to this many of a group. */
const fewRuns = 5

function curves(runs: readonly RunResults[], name: SeriesName): Curve[] {
  return runs.flatMap(({ series }) => {
    const data = series[name]
    return data && data.values.length > 0 ? [curveOf(data, 1, 1)] : []
  })
}

function linesOf(runs: readonly RunResults[], name: SeriesName, chosen: RunResults | undefined): Line[] {
  const groups = runGroups(runs).flatMap(({ label, index, runs: members }): Line[] => {
    const median = medianCurve(curves(members, name))
    if (!median) return []
    const single =
      members.length > 1 && members.length <= fewRuns
        ? members.flatMap((member) =>
            curves([member], name).map(({ x, y }): Line => {
              const key = `${label}, seed ${member.run.seed}`
              return { key, name: key, color: index, style: 'thin', x, y, legend: label }
            }),
          )
        : []
    return [...single, { key: label, name: label, color: index, style: 'line', ...median, legend: label }]
  })
  const own = chosen && runs.length > 1 ? curves([chosen], name) : []
  const set = own.map(({ x, y }): Line => {
    const key = `chosen: ${chosen!.run.label}`
    return { key, name: key, color: 'text', style: 'thin', x, y, legend: 'chosen training' }
  })
  return [...groups, ...set]
}

/** One mark where all switched at the same iteration, or that of the chosen one. */
function switchMarks(runs: readonly RunResults[], chosen: RunResults | undefined): { x: number; text: string }[] {
  const steps = new Set(runs.flatMap(({ run }) => (run.gradientPhase ? [run.gradientPhase.switchStep] : [])))
  const text = 'switch to the gradient norm'
  if (steps.size === 1) return [...steps].map((x) => ({ x, text }))
  const own = chosen?.run.gradientPhase?.switchStep
  return own === undefined ? [] : [{ x: own, text: `${text} of the chosen training` }]
}

export function phaseFigure(runs: readonly RunResults[], chosen: RunResults | undefined): StackedFigure {
  const most = Math.max(0, ...runGroups(runs).map((group) => group.runs.length))
  const name = chosen && runs.length > 1 ? `thin in the colour of text: ${chosen.run.label}` : ''
  return {
    type: 'stacked',
    figureId: 'phases',
    title: 'Loss and gradient norm',
    subtitle: joined(
      'of each iteration’s batch, after the switch of the whole training set',
      medianText(most) && `${medianText(most)}; trainings that have ended count as they ended`,
      name,
    ),
    x: { label: 'iteration', scale: 'linear', canBeLog: true, whole: true, min: 0 },
    panels: [
      {
        key: 'loss',
        y: { label: 'loss', scale: 'log', canBeLog: true },
        lines: linesOf(runs, 'batchLoss', chosen),
      },
      {
        key: 'gradient norm',
        y: { label: '‖∇L‖', scale: 'log', canBeLog: true },
        lines: linesOf(runs, 'gradientNorm', chosen),
      },
    ],
    marks: switchMarks(runs, chosen),
    emptyText: 'appears with the first iterations',
  }
}
