/** Where runs lie along x: the setting that a sweep varied, or what older runs differ in; and which of them share a curve. */
import type { RunSummary } from '../../api/records'
import { distinct } from '../../figures/figure-names'
import type { Axis } from '../../figures/figure'
import { learningRateOf } from '../../models/optimizer'
import type { ViewChoices, ViewControl } from '../kind'
import { countText } from '../model-groups'
import { runsByModel, type ExperimentResults, type NamedRuns, type RunResults } from '../results'
import { batchSamples } from '../run-spec'
import type { SensitivityExperiment } from './spec'

/** A number that sets runs apart. */
interface Place {
  /** What it is, as in 'the learning rate differs too'. */
  title: string
  /** null: a run has none. */
  of(run: RunSummary): number | null
  name(value: number): string
}

const count = (value: number): string => value.toLocaleString('en')

/** In the order in which older runs are placed by them. */
const places = {
  batchSize: { title: 'batch size', of: ({ spec }) => batchSamples(spec), name: (value) => `batch ${count(value)}` },
  learningRate: {
    title: 'learning rate',
    of: ({ spec }) => learningRateOf(spec.optimizer),
    name: (value) => `learning rate ${value}`,
  },
  parameters: {
    title: 'parameters',
    of: ({ parameterCount }) => parameterCount,
    name: (value) => countText(value, 'parameter'),
  },
  steps: { title: 'steps', of: ({ steps }) => steps, name: (value) => countText(value, 'step') },
} as const satisfies Record<string, Place>
type PlaceId = keyof typeof places
const placeIds = Object.keys(places) as PlaceId[]

/** Runs that share a curve; without a label where there is one curve. */
export type Part = NamedRuns

export interface Placed {
  axis: Axis
  /** Where a run lies along x. */
  x(run: RunSummary): number
  /** 'batch 64' */
  name(x: number): string
  /** Those of one place are a group, numbered along x. */
  parts: Part[]
  /** How older runs were placed; '' for a sweep, which says it itself. */
  remark: string
}

/** Runs along a setting share a curve where they have the same samples and layers; along sizes, or in no order, where they have one task. */
function partsBy(runs: readonly RunResults[], place: PlaceId | undefined): Part[] {
  const parts = new Map<string, Part>()
  const isOfOneNetwork = place !== undefined && place !== 'parameters'
  for (const result of runs) {
    const { facet, spec, parameterCount } = result.run
    const { inputSize, inputShape, layers } = spec.model
    const key = JSON.stringify(isOfOneNetwork ? [facet, spec.data, inputSize, inputShape, layers] : [facet])
    const found = parts.get(key)
    const label = isOfOneNetwork ? `${facet}, ${countText(parameterCount, 'parameter')}` : facet
    if (found) found.runs.push(result)
    else parts.set(key, { label, runs: [result] })
  }
  const all = [...parts.values()]
  if (all.length === 1) return [{ ...all[0]!, label: '' }]
  const labels = distinct(all.map(({ label }) => label))
  return all.map((part, index) => ({ ...part, label: labels[index]! }))
}

function differsIn(runs: readonly RunResults[], id: PlaceId): boolean {
  if (runs.some(({ run }) => places[id].of(run) === null)) return false
  return partsBy(runs, id).some(({ runs: some }) => new Set(some.map(({ run }) => places[id].of(run))).size > 1)
}

export function isOfOlderRuns({ experiment }: ExperimentResults): boolean {
  return (experiment.spec as SensitivityExperiment).runs !== undefined
}

/** What sets older runs apart; none: only their seeds, or nothing. */
function differences(results: ExperimentResults): PlaceId[] {
  const { runs } = results
  return isOfOlderRuns(results) ? placeIds.filter((id) => differsIn(runs, id)) : []
}

/** By what older runs are placed, where they differ in several things. */
export function placeControls(results: ExperimentResults): ViewControl[] {
  const ids = differences(results)
  if (ids.length < 2) return []
  const options = ids.map((value) => ({ value, label: places[value].title }))
  return [{ key: 'place', label: 'Against', type: 'choice', default: ids[0]!, options }]
}

function remarkOn(id: PlaceId | undefined, ids: readonly PlaceId[]): string {
  const neither = 'the runs differ in neither batch size nor learning rate'
  if (!id) return `${neither}: in the order in which they were chosen`
  const others = ids.filter((other) => other !== id && other !== 'steps').map((other) => places[other].title)
  if (others.length > 0) return `the runs differ in ${others.join(' and ')} too`
  if (id === 'parameters') return `${neither}: placed by their numbers of parameters`
  return id === 'steps' ? `${neither}: placed by the steps they took` : ''
}

/**
 * Numbers the places of a part along x, so that its curves have one colour each. Their names are none of the groups that the runs had in
 * their own experiments, which may have had other colours.
 */
function grouped(part: Part, { x, name }: Pick<Placed, 'x' | 'name'>): Part {
  const sorted = [...new Set(part.runs.map(({ run }) => x(run)))].sort((a, b) => a - b)
  const runs = part.runs.map((result) => {
    const at = x(result.run)
    const group = part.label === '' ? `at ${name(at)}` : `${part.label}, at ${name(at)}`
    return { ...result, run: { ...result.run, group, groupIndex: sorted.indexOf(at) } }
  })
  return { ...part, runs }
}

function ofOlderRuns(results: ExperimentResults, choices: ViewChoices): Placed {
  const ids = differences(results)
  const id = ids.find((each) => each === choices['place']) ?? ids[0]
  const order = new Map(results.runs.map(({ run }, index) => [run.runId, index + 1]))
  const along = id
    ? {
        axis: { label: places[id].title, scale: 'log', canBeLog: true } as const,
        x: (run: RunSummary) => places[id].of(run)!,
        name: (x: number) => places[id].name(x),
      }
    : {
        axis: { label: 'run', scale: 'linear', canBeLog: false, whole: true } as const,
        x: (run: RunSummary) => order.get(run.runId)!,
        name: (x: number) => `${x}, ${results.runs[x - 1]!.run.label}`,
      }
  const parts = partsBy(results.runs, id).map((part) => grouped(part, along))
  return { ...along, parts, remark: remarkOn(id, ids) }
}

/** The runs of a sweep along what it varied, those of each model by themselves; older runs along what sets them apart. */
export function placedRuns(results: ExperimentResults, choices: ViewChoices): Placed {
  const { models, vary } = results.experiment.spec as SensitivityExperiment
  if (isOfOlderRuns(results)) return ofOlderRuns(results, choices)
  const place: Place = places[vary.what]
  return {
    axis: { label: place.title, scale: 'log', canBeLog: true },
    x: (run) => place.of(run)!,
    name: (x) => place.name(x),
    parts: runsByModel(models, results.runs, vary.values.length).map(({ label, runs }) => ({
      label: models.length > 1 ? label : '',
      runs,
    })),
    remark: '',
  }
}
