/** From what a person asks for to runs that can be queued: parse the spec, plan it, give every run its identity and its size. */
import { randomBytes } from 'node:crypto'
import { parseOrThrow } from '../../shared/api/contract'
import { LabError } from '../../shared/api/errors'
import { newRunId } from '../../shared/api/ids'
import type { NewRun } from '../../shared/api/store-api'
import { specError } from '../../shared/experiments/check-models'
import type { ExperimentKind, Plan, PlannedRun } from '../../shared/experiments/kind'
import { lonelyNorms } from '../../shared/experiments/lonely-batches'
import { experimentKinds } from '../../shared/experiments/registry'
import type { SpecArgument } from '../../shared/api/lab-api'
import { parameterCount } from '../../shared/models/model'
import { datasets, type DatasetName } from '../../shared/data/datasets'
import { courseOf } from '../../shared/experiments/run-course'
import type { RunSpec } from '../../shared/experiments/run-spec'
import type { DatasetLibrary } from '../datasets/library'

/** How many samples a data set really has here, so that steps can be counted. */
export type TrainingSizes = (dataset: DatasetName) => Promise<number>

export interface PlannedExperiment {
  kind: ExperimentKind
  /** Parsed, with defaults filled in and shrunk when quick. */
  spec: unknown
  plan: Plan
}

/** @throws LabError `spec/unknown-kind`, `spec/invalid` with the paths. */
export function planExperiment({ kind: kindId, spec, quick }: SpecArgument): PlannedExperiment {
  const kind = experimentKinds[kindId]
  if (!kind) throw new LabError('spec/unknown-kind', `There is no experiment '${kindId}'.`)
  const parsed = parseOrThrow(kind.schema, spec, 'spec/invalid', `This is not a spec for ${kindId}`)
  const final = quick ? kind.quick(parsed) : parsed
  return { kind, spec: final, plan: kind.plan(final) }
}

/** Those that are here, or where none are, those of the published set. */
export function trainingSizes(library: Pick<DatasetLibrary, 'list'>): TrainingSizes {
  return async (name) => {
    const state = (await library.list()).find(({ info }) => info.name === name)
    return state && state.trainSize > 0 ? state.trainSize : datasets[name].trainSize
  }
}

/** Samples in the training set of a run. */
async function trainingSize({ data }: RunSpec, sizes: TrainingSizes): Promise<number> {
  if (data.type === 'function') return data.points
  return data.trainSize ?? sizes(data.dataset)
}

/**
 * A data set may have fewer samples here than its plan counted with.
 * @throws LabError `spec/invalid`
 */
function refuseLonelyBatches({ label, spec }: PlannedRun, samples: number): void {
  const messages = lonelyNorms(spec.model, `‘${label}’`, spec, samples).map(({ message }) => message)
  if (messages.length > 0) throw specError(messages.map((message) => ({ path: [], message })))
}

export async function newRuns(plan: Plan, sizes: TrainingSizes): Promise<NewRun[]> {
  return Promise.all(plan.runs.map((planned, position) => newRun(planned, position, sizes)))
}

async function newRun(planned: PlannedRun, position: number, sizes: TrainingSizes): Promise<NewRun> {
  const { spec } = planned
  const samples = await trainingSize(spec, sizes)
  refuseLonelyBatches(planned, samples)
  const { stepsPerEpoch, totalSteps } = courseOf(spec, samples)
  return {
    ...planned,
    runId: newRunId(randomBytes(5)),
    position,
    parameterCount: parameterCount(spec.model),
    stepsPerEpoch,
    totalSteps,
  }
}
