/** Trainings in tests, whatever the engine. */
import type { EngineSession, TrainOptions, TrainProgress } from '../../electron/engines/engine'

export const plainTraining: TrainOptions = {
  epochs: 1,
  batchSize: 8,
  evaluateEveryEpochs: 0,
  probeEpochs: new Uint32Array(0),
  progressEveryMs: 1,
}

/** All reports of a training in one, as their contract promises it can be done. */
export function joinReports(reports: readonly TrainProgress[]) {
  const all = (pick: (report: TrainProgress) => ArrayLike<number>) =>
    reports.flatMap((report) => Array.from(pick(report)))
  return {
    batchLoss: all((report) => report.batchLoss),
    gradientNorm: all((report) => report.gradientNorm),
    layerGradientNorm: all((report) => report.layerGradientNorm ?? []),
    epochSteps: all((report) => report.epochSteps),
    trainLoss: all((report) => report.trainLoss),
    trainAccuracy: all((report) => report.trainAccuracy),
    testSteps: all((report) => report.testSteps),
    testLoss: all((report) => report.testLoss),
    testAccuracy: all((report) => report.testAccuracy),
    probes: reports.flatMap((report) => report.probes),
  }
}

/** Trains and returns everything it reported. */
export async function course(session: EngineSession, options: Partial<TrainOptions>) {
  const reports: TrainProgress[] = []
  const result = await session.train({ ...plainTraining, ...options }, (report) => reports.push(report))
  return { result, reports, ...joinReports(reports) }
}
