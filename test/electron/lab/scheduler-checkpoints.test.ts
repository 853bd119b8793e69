/** Runs that go on from where they were, and how they come to have been kept there. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Scheduler } from '../../../electron/lab/scheduler'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import { LabError } from '../../../shared/api/errors'
import type { StoreApi } from '../../../shared/api/store-api'
import { fakeExperiment, fakeScheduler } from '../../support/fake-scheduler'
import { FakeTraining, fakeCheckpoint, fakeRun, fakeStore, knownRun } from '../../support/fake-training'

const experiment = 'x1' as ExperimentId
const [a, b, c] = ['ra', 'rb', 'rc'] as RunId[]

let host: FakeTraining
let log: string[]
let scheduler: Scheduler
let store: StoreApi
let dataProblem: LabError | undefined

function schedulerWith(cores: number, storeDelayMs = 0, goesOn = false): Scheduler {
  store = fakeStore(log, storeDelayMs)
  return schedulerOn(cores, goesOn)
}

/** On the store of the one before. */
function schedulerOn(cores: number, goesOn: boolean): Scheduler {
  const checkData = async () => {
    if (dataProblem) throw dataProblem
  }
  return fakeScheduler({ host, store, cores, goesOn, checkpointEveryMs: 77, checkData })
}

const add = (id: ExperimentId, ...runIds: (RunId | undefined)[]) => scheduler.add([fakeExperiment(id, runIds)])
const training = () => [...host.jobs.keys()]
const trains = (...runIds: (RunId | undefined)[]) => vi.waitFor(() => expect(training()).toEqual(runIds))
const ended = (id: ExperimentId) => vi.waitFor(() => expect(scheduler.tracker(id)).toBeUndefined())

beforeEach(() => {
  host = new FakeTraining()
  log = []
  dataProblem = undefined
  scheduler = schedulerWith(2)
})

describe('checkpoints', () => {
  const left = (runId: RunId) => ({ ...fakeRun(runId), status: 'queued' as const, hasStarted: true })
  /** A session that finds a run with a checkpoint at step 4 and a record until step 6. */
  async function takeOver(): Promise<void> {
    scheduler = schedulerWith(1, 0, true)
    add(experiment, a)
    await trains(a)
    host.jobs.get(a!)!.checkpoint(4)
    await vi.waitFor(() => expect(host.calls).toContain('kept ra'))
    await scheduler.close()
    host = new FakeTraining()
    scheduler = schedulerOn(1, true)
    log.length = 0
    scheduler.add([{ experimentId: experiment, all: [{ ...knownRun('ra'), steps: 6 }], runs: [left(a!)] }])
    await trains(a)
  }

  it('are where a run goes on that the last session left', async () => {
    await takeOver()
    expect(log).toEqual(['ra rewound to 4', 'ra running'])
    expect(host.jobs.get(a!)!.argument).toMatchObject({ checkpoint: fakeCheckpoint(4), checkpointEveryMs: 77 })
    expect(scheduler.tracker(experiment)!.progress(1)).toMatchObject({ share: 0.4 })
  })

  it('that cannot be used are forgotten, and the run starts from the beginning', async () => {
    await takeOver()
    host.jobs.get(a!)!.fail(new LabError('checkpoint/unusable', 'of another version'))
    await vi.waitFor(() => expect(host.jobs.get(a!)?.argument.checkpoint).toBeUndefined())
    await trains(a)
    expect(log.filter((line) => line !== 'ra reset')).toEqual(['ra rewound to 4', 'ra running', 'ra running'])
    expect(scheduler.tracker(experiment)!.progress(1)).toMatchObject({ share: 0 })
    host.jobs.get(a!)!.end({})
    await ended(experiment)
    expect(log.at(-1)).toBe('ra finished')
  })

  it('are left as they are while the data of a run are not those that it was trained on', async () => {
    await takeOver()
    await scheduler.close()
    host = new FakeTraining()
    scheduler = schedulerOn(1, true)
    log.length = 0
    dataProblem = new LabError('dataset/changed', 'A run was trained on other data.')
    scheduler.add([{ experimentId: experiment, all: [{ ...knownRun('ra'), steps: 6 }], runs: [left(a!)] }])
    await ended(experiment)
    expect(log).toEqual([
      expect.stringMatching(/^ra interrupted: This run was trained on other data\. Once its data are here/),
    ])
    expect(host.jobs.size).toBe(0)
  })

  it('let a run go on whose process dies, as long as it comes further each time', async () => {
    await takeOver()
    host.jobs.get(a!)!.checkpoint(7)
    await vi.waitFor(() => expect(host.calls).toContain('kept ra'))
    host.jobs.get(a!)!.kill()
    await vi.waitFor(() => expect(host.jobs.get(a!)!.argument.checkpoint?.step).toBe(7))
    host.jobs.get(a!)!.kill()
    await ended(experiment)
    expect(log.at(-1)).toMatch(/^ra interrupted/)
    expect(host.started).toBe(2)
  })

  it('that the store refuses do not fail a run, which hears that they are done with', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    scheduler = schedulerWith(1)
    add(experiment, a)
    await trains(a)
    host.jobs.get(a!)!.checkpoint(-1)
    await vi.waitFor(() => expect(host.calls).toContain('kept ra'))
    expect(told.mock.calls.flat()).toEqual(['A checkpoint of run ra was not kept: no room'])
    told.mockRestore()
    host.jobs.get(a!)!.kill()
    await ended(experiment)
    expect(log.at(-1)).toMatch(/^ra interrupted/)
  })

  it('are asked for before a lab that goes on closes, of those that it leaves to the next', async () => {
    host.asked = 5
    scheduler = schedulerWith(2, 0, true)
    add(experiment, a, b, c)
    await trains(a, b)
    const stopping = scheduler.stop([b!])
    await scheduler.close()
    await stopping
    expect(host.calls.filter((call) => /^checkpoint|^stop ra/.test(call))).toEqual(['checkpoint ra', 'stop ra'])
    expect(log.filter((line) => line.startsWith('ra'))).toEqual(['ra running', 'ra checkpoint 5', 'ra queued'])
  })
})
