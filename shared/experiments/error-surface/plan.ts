/** From the spec of "Error surface" to its runs and analyses, to a quicker spec and to a name. */
import type { RunId } from '../../api/ids'
import { earlierRuns } from '../asked-runs'
import type { PlannedAnalysis } from '../../analyses/kind'
import { runsNeeded, type SurfaceSpec } from '../../analyses/error-surface'
import { specError } from '../check-models'
import type { Plan, PlannedRun } from '../kind'
import { countText } from '../model-groups'
import { planTask, quickTask, taskLabel } from '../task'
import type { ErrorSurfaceExperiment } from './spec'

/** Each so many neighbours in a row: 0 and 1, 1 and 2, ... */
function windows<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.max(0, values.length - size + 1) }, (_, start) => values.slice(start, start + size))
}

/** @throws LabError `spec/invalid` for fewer runs than a line or plane goes through. */
function checkCount(count: number, path: 'seeds' | 'runs', surface: SurfaceSpec): void {
  const needed = runsNeeded(surface)
  if (count >= needed) return
  const what = surface.dimensions === 1 ? 'a line between runs' : 'a plane through runs'
  const message = `${what} needs ${needed} ${path === 'seeds' ? 'seeds' : 'runs'}, and there ${count === 1 ? 'is' : 'are'} ${count}`
  throw specError([{ path: [path], message }])
}

/** 'Deep, seeds 0, 1 and 2' */
function windowLabel(runs: readonly PlannedRun[]): string {
  if (runs.length === 1) return runs[0]!.label
  const seeds = runs.map(({ spec }) => spec.seed)
  return `${runs[0]!.group}, seeds ${seeds.slice(0, -1).join(', ')} and ${seeds.at(-1)}`
}

function planned(
  surface: SurfaceSpec,
  runs: readonly (number | RunId)[],
  place: Omit<PlannedAnalysis, 'kind' | 'spec' | 'runs'>,
): PlannedAnalysis {
  return { kind: 'error-surface', ...place, spec: surface, runs }
}

function ofOlderRuns(runIds: readonly RunId[], surface: SurfaceSpec): PlannedAnalysis[] {
  checkCount(runIds.length, 'runs', surface)
  return windows(runIds, runsNeeded(surface)).map((ids) =>
    planned(surface, ids, { label: `${ids.length === 1 ? 'Run' : 'Runs'} ${ids.join(', ')}`, ...earlierRuns }),
  )
}

/** Those of one model after another; positions are those in the plan. */
function ofPlannedRuns(runs: readonly PlannedRun[], seeds: number, surface: SurfaceSpec): PlannedAnalysis[] {
  checkCount(seeds, 'seeds', surface)
  const positions = runs.map((_, position) => position)
  const models = Array.from({ length: runs.length / seeds }, (_, model) =>
    positions.slice(model * seeds, (model + 1) * seeds),
  )
  return models.flatMap((ofModel) =>
    windows(ofModel, runsNeeded(surface)).map((chosen) => {
      const asked = chosen.map((position) => runs[position]!)
      const { group, groupIndex, facet } = asked[0]!
      return planned(surface, chosen, { label: windowLabel(asked), group, groupIndex, facet })
    }),
  )
}

export function planErrorSurface(spec: ErrorSurfaceExperiment): Plan {
  const { surface, snapshots } = spec
  if (spec.runs) return { runs: [], analyses: ofOlderRuns(spec.runs, surface) }
  // Between runs only their ends count.
  const runs = planTask(spec, surface.directions === 'runs' ? {} : { record: { snapshots } })
  return { runs, analyses: ofPlannedRuns(runs, spec.seeds, surface) }
}

const quickResolution = 25
const quickSamples = 1000
/** Snapshots that a shortened training still leaves. */
const leastSnapshots = 5

/** A shorter training with as many seeds as the plane needs, and a coarser grid. */
export function quickErrorSurface(spec: ErrorSurfaceExperiment): ErrorSurfaceExperiment {
  const { surface } = spec
  const resolution = Math.min(surface.resolution, quickResolution)
  const samples = Math.min(surface.samples ?? Infinity, quickSamples)
  const coarse = { ...surface, resolution, ...(spec.task.type === 'dataset' || surface.samples ? { samples } : {}) }
  if (spec.runs) return { ...spec, surface: coarse }
  const quick = quickTask(spec, { leastSeeds: runsNeeded(surface) })
  const { epochs } = quick.training
  const most = Math.max(1, Math.floor(epochs / leastSnapshots))
  const { every, unit } = spec.snapshots
  return {
    ...quick,
    surface: coarse,
    snapshots: { every: unit === 'epoch' ? Math.min(every, most) : every, unit },
  }
}

/** 'sin(5πx)/(5πx), plane of the main axes' */
export function nameErrorSurface(spec: ErrorSurfaceExperiment): string {
  const { directions, dimensions } = spec.surface
  const what = dimensions === 1 ? 'line' : 'plane'
  const how = { random: 'random', pca: 'principal', runs: 'connecting' }[directions]
  const subject = spec.runs ? countText(spec.runs.length, 'run') : taskLabel(spec.task)
  return `${subject}, loss on a ${how} ${what}`.slice(0, 200)
}
