/** Figures of "Sensitivity": loss, accuracy and sensitivity against what the trainings differ in, then the trainings themselves. */
import { sensitivityAnalysis, type SensitivityResult, type SetSensitivity } from '../../analyses/sensitivity'
import type { RunId } from '../../api/ids'
import { endLine } from '../../figures/end-values'
import { distinct, joined, slug, titled } from '../../figures/figure-names'
import type { Axis, Figure, Line, LineFigure } from '../../figures/figure'
import { runGroups, seedsText } from '../../figures/run-lines'
import { accuracyFigure, lossFigure } from '../../figures/training-figures'
import type { ViewChoices } from '../kind'
import { countText } from '../model-groups'
import type { ExperimentResults, RunResults } from '../results'
import { isOfOlderRuns, placedRuns, type Part, type Placed } from './places'

type Answers = ReadonlyMap<RunId, SensitivityResult>

interface Quantity {
  name: string
  color: number
  axis: Axis
  of(found: SetSensitivity): number
}

const logarithmic = { scale: 'log', canBeLog: true } as const
const loss: Quantity = { name: 'loss', color: 0, axis: { label: 'loss', ...logarithmic }, of: (found) => found.loss }
const accuracy: Quantity = {
  name: 'accuracy',
  color: 1,
  axis: { label: 'accuracy (%)', scale: 'linear', canBeLog: false },
  of: (found) => 100 * found.accuracy,
}
const ofLoss: Quantity = {
  name: 'sensitivity of the loss',
  color: 2,
  axis: { label: 'sensitivity ‖∂loss/∂x‖', ...logarithmic },
  of: (found) => found.ofLoss,
}
const ofOutputs: Quantity = {
  name: 'sensitivity of the outputs',
  color: 3,
  axis: { label: 'sensitivity ‖∂outputs/∂x‖', ...logarithmic },
  of: (found) => found.ofOutputs,
}

const sets = [
  { set: 'test', style: 'line' },
  { set: 'training', style: 'dashed' },
] as const

/** Everything about one part of the runs. */
interface Drawn {
  part: Part
  placed: Placed
  answers: Answers
}

function linesOf({ part, placed, answers }: Drawn, { name, color, of }: Quantity, axis?: 'right'): Line[] {
  return sets.flatMap(({ set, style }) => {
    const lines = endLine(part.runs, {
      name: `${name}, ${set}`,
      legend: name,
      color,
      style,
      x: ({ run }) => placed.x(run),
      y: ({ run }) => {
        const answer = answers.get(run.runId)
        return answer ? of(answer[set]) : NaN
      },
    })
    return axis ? lines.map((line) => ({ ...line, axis })) : lines
  })
}

/** Networks whose output no longer depends on their input: a log scale has no place for them. */
function deadText({ part, placed, answers }: Drawn): string {
  const isDead = ({ run }: RunResults): boolean => answers.get(run.runId)?.test.ofOutputs === 0
  const places = runGroups(part.runs.filter(isDead)).map(({ runs }) => {
    const { length } = runs
    return `${length === 1 ? '1 network' : `${length} networks`} at ${placed.name(placed.x(runs[0]!.run))}`
  })
  return places.length === 0 ? '' : `not on a log scale: sensitivity 0 of ${places.join(', ')}`
}

/** What was equal about the trainings: steps or epochs. Whichever it is decides what a sweep of batch sizes compares. */
function lengthText({ part }: Drawn): string {
  const ended = part.runs.filter(({ run }) => run.status === 'finished').map(({ run }) => run)
  const range = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]
  const [fewest, most] = range(ended.map(({ steps }) => steps))
  const [shortest, longest] = range(ended.map(({ spec }) => spec.epochs))
  if (ended.length === 0) return ''
  if (fewest === most) return `${countText(most, 'step')} each`
  const steps = `${fewest.toLocaleString('en')} to ${countText(most, 'step')}`
  const isCut = ended.some(({ spec }) => spec.maxSteps !== undefined)
  return shortest === longest && !isCut ? `${countText(longest, 'epoch')} each, ${steps}` : steps
}

function samplesText({ part, answers }: Drawn): string {
  const all = part.runs.flatMap(({ run }) => answers.get(run.runId) ?? [])
  const largest = (set: 'training' | 'test') => Math.max(...all.map((answer) => answer[set].samples))
  if (all.length === 0) return ''
  const [training, test] = [largest('training'), largest('test')]
  const counts =
    training === test
      ? `${countText(test, 'sample')} of each set`
      : `${countText(training, 'training sample')}, ${countText(test, 'test sample')}`
  return `sensitivity: mean over ${counts}`
}

/** Trainings that no sensitivity is known of, though they have ended. */
function lostText({ part }: Drawn, results: ExperimentResults): string {
  const own = new Set(part.runs.map(({ run }) => run.runId))
  const failed = results.analyses.filter(
    ({ analysis }) => analysis.status === 'failed' && analysis.runIds.some((runId) => own.has(runId)),
  )
  const diverged = new Set(part.runs.filter(({ run }) => run.status === 'diverged').map(({ run }) => run.runId))
  // Of those that diverged seedsText tells.
  const others = failed.filter(({ analysis }) => !analysis.runIds.some((runId) => diverged.has(runId))).length
  return others > 0 ? `${others} of ${part.runs.length} could not be asked` : ''
}

function subtitleOf(drawn: Drawn, results: ExperimentResults): string {
  const { part, placed } = drawn
  return joined(
    part.label === '' ? (part.runs[0]?.run.facet ?? '') : '',
    'solid: test, dashed: training',
    lengthText(drawn),
    samplesText(drawn),
    placed.remark,
    // Older runs at one place may differ in more than their seeds.
    seedsText(part.runs, undefined, isOfOlderRuns(results) ? 'runs' : 'seeds'),
    lostText(drawn, results),
    deadText(drawn),
  )
}

interface Pair {
  figureId: string
  title: string
  left: Quantity
  right: Quantity
}

const pairs: readonly Pair[] = [
  { figureId: 'loss-and-sensitivity', title: 'Loss and sensitivity', left: loss, right: ofLoss },
  { figureId: 'accuracy-and-sensitivity', title: 'Accuracy and sensitivity', left: accuracy, right: ofLoss },
  { figureId: 'sensitivities', title: 'Both sensitivities', left: ofLoss, right: ofOutputs },
]

function pairFigure(drawn: Drawn, { figureId, title, left, right }: Pair, subtitle: string): LineFigure[] {
  const lines = [...linesOf(drawn, left), ...linesOf(drawn, right, 'right')]
  const isKnown = drawn.answers.size > 0
  // Functions have no accuracy; but a figure that is still to come has its place.
  if (isKnown && left === accuracy && !lines.some(({ axis }) => axis !== 'right')) return []
  return [
    {
      type: 'lines',
      figureId,
      title: titled(drawn.part.label, title),
      subtitle,
      x: drawn.placed.axis,
      y: left.axis,
      right: right.axis,
      lines,
      emptyText: 'appears when the first training has ended',
    },
  ]
}

/** Equal steps are many more epochs for large batches than for small ones: a log axis shows both. */
const fewerEpochs = 10

function trainingFigures({ part }: Drawn): LineFigure[] {
  const { runs } = part
  const measure = runs[0]?.run.spec.loss === 'mean-squared-error' ? 'mean squared error' : 'cross-entropy'
  const about = { runs, about: runs[0]?.run.facet ?? '', prefix: part.label, suffix: '' }
  const curves = lossFigure(about, measure)
  const figures = measure === 'mean squared error' ? [curves] : [curves, accuracyFigure(about)]
  const epochs = runs.map(({ run }) => run.epochs).filter((count) => count > 0)
  if (Math.max(...epochs) < fewerEpochs * Math.min(...epochs)) return figures
  return figures.map((figure) => ({ ...figure, x: { ...figure.x, scale: 'log' } }))
}

export function sensitivityFigures(results: ExperimentResults, choices: ViewChoices = {}): Figure[] {
  const answers: Answers = new Map(
    results.analyses.flatMap(({ analysis, result }) => {
      const [runId] = analysis.runIds
      const isKnown = analysis.kind === sensitivityAnalysis.kind && runId && result !== null
      return isKnown ? [[runId, result as SensitivityResult] as const] : []
    }),
  )
  const placed = placedRuns(results, choices)
  const figures = placed.parts.map((part): LineFigure[] => {
    const drawn = { part, placed, answers }
    const subtitle = subtitleOf(drawn, results)
    return [...pairs.flatMap((pair) => pairFigure(drawn, pair, subtitle)), ...trainingFigures(drawn)]
  })
  const suffixes = distinct(placed.parts.map(({ label }) => (label === '' ? '' : `-${slug(label)}`)))
  return figures.flatMap((part, index) =>
    part.map((figure) => ({ ...figure, figureId: `${figure.figureId}${suffixes[index]}` })),
  )
}
