/** From what a person asks for to what the store keeps: planned, its data found, its questions checked. Nothing is written here. */
import { randomBytes } from 'node:crypto'
import { newExperimentId } from '../../shared/api/ids'
import type { StartArgument } from '../../shared/api/lab-api'
import type { NewExperiment, StoreApi } from '../../shared/api/store-api'
import { newAnalyses, olderRuns } from './new-analyses'
import { newRuns, planExperiment, type TrainingSizes } from './planner'
import type { RunData } from './run-data'
import { startingFrom } from './start-weights'

/** What it is found out by. */
interface Sources {
  store: Pick<StoreApi, 'getRuns'>
  runData: Pick<RunData, 'check' | 'given'>
  sizes: TrainingSizes
}

/** @throws LabError `spec/invalid` with paths, `run/not-found`, `dataset/missing`, `dataset/damaged`, `dataset/changed` */
export async function newExperiment(
  { from, otherData = false, ...argument }: StartArgument,
  { store, runData, sizes }: Sources,
): Promise<NewExperiment> {
  const { kind, spec, plan } = planExperiment(argument)
  if (from) plan.runs = startingFrom(from, plan.runs)
  await runData.check(plan.runs)
  const runs = await runData.given(await newRuns(plan, sizes))
  const planned = plan.analyses ?? []
  const older = await olderRuns(planned, store)
  const asked = newAnalyses(planned, runs, older)
  if (!otherData) await runData.check([...older.values()])
  const analyses = asked.map((analysis) => ({ ...analysis, otherData }))
  const experimentId = newExperimentId(randomBytes(5))
  const name = argument.name ?? kind.name(spec)
  return { experimentId, kind: kind.kind, name, spec, createdAt: Date.now(), runs, analyses }
}
