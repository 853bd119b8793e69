/** A scheduler on training processes and a store that a test controls. */
import { Scheduler } from '../../electron/lab/scheduler'
import type { ExperimentToTrain, SchedulerOptions } from '../../electron/lab/scheduler-options'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import { fakeRun, knownRun } from './fake-training'

export function fakeScheduler(options: Pick<SchedulerOptions, 'host' | 'store' | 'cores'> & Partial<SchedulerOptions>) {
  return new Scheduler({
    datasetFolders: [],
    busyElsewhere: () => 0,
    checkData: async () => undefined,
    expectedStepMs: () => null,
    onChange: () => undefined,
    ...options,
  })
}

/** New runs of an experiment, in this order. */
export function fakeExperiment(experimentId: ExperimentId, runIds: readonly (RunId | undefined)[]): ExperimentToTrain {
  return {
    experimentId,
    all: runIds.map((runId) => knownRun(runId!)),
    runs: runIds.map((runId, position) => fakeRun(runId!, position)),
  }
}
