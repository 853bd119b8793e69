/** A scheduler and a queue of questions whose store cannot write for a while. */
import { beforeEach, expect, it, vi } from 'vitest'
import { PatientStore } from '../../../electron/lab/patient-store'
import { Scheduler } from '../../../electron/lab/scheduler'
import { LabError } from '../../../shared/api/errors'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import type { StoreApi } from '../../../shared/api/store-api'
import { FakeTraining, fakeRun, fakeStore, knownRun } from '../../support/fake-training'

const experimentId = 'x1' as ExperimentId
const [a, b, c] = ['ra', 'rb', 'rc'] as [RunId, RunId, RunId]

let host: FakeTraining
let log: string[]
let isFull: boolean
let scheduler: Scheduler
let patience: PatientStore
/** Steps of the batches that the store took. */
let batches: number[]

/** Everything that writes fails while the disk is full; a batch is taken all the same. */
function fillable(store: StoreApi): StoreApi {
  const check = () => {
    if (isFull) throw new LabError('store/unwritable', 'the disk is full')
  }
  return new Proxy({ ...store, flush: async () => undefined } as StoreApi, {
    get: (target, name: keyof StoreApi) => async (argument: never) => {
      if (name === 'append') batches.push((argument as { steps: number }).steps)
      check()
      return target[name](argument)
    },
  })
}

beforeEach(() => {
  host = new FakeTraining()
  log = []
  batches = []
  isFull = false
  patience = new PatientStore(fillable(fakeStore(log)), (problem) => scheduler.hold(problem !== null), undefined, 5)
  scheduler = new Scheduler({
    host,
    store: patience.api,
    cores: 2,
    datasetFolders: [],
    busyElsewhere: () => 0,
    checkData: async () => undefined,
    expectedStepMs: () => null,
    onChange: () => undefined,
  })
  const runIds = [a, b, c]
  scheduler.add([{ experimentId, all: runIds.map(knownRun), runs: runIds.map((runId) => fakeRun(runId)) }])
})

const trains = (...runIds: RunId[]) => vi.waitFor(() => expect([...host.jobs.keys()]).toEqual(runIds))
const called = (...calls: string[]) => vi.waitFor(() => expect(host.calls).toEqual(calls))
const status = (runId: RunId) => scheduler.tracker(experimentId)?.statusOf(runId)

it('ends wait, what trains holds, nothing starts, and all goes on by itself', async () => {
  await trains(a, b)
  isFull = true
  host.jobs.get(a)!.end({})
  await called('pause rb')
  expect(patience.problem?.message).toBe('the disk is full')
  // Neither has ended for anyone, and the core of the first is not given away.
  expect([status(a), status(b), status(c)]).toEqual(['running', 'running', 'queued'])
  await trains(b)
  isFull = false
  await trains(b, c)
  expect(host.calls).toContain('resume rb')
  expect(log).toEqual(['ra running', 'rb running', 'ra kept 10', 'ra finished', 'rc running'])
})

it('what a person paused stays paused when there is room again', async () => {
  await trains(a, b)
  await scheduler.pause([a])
  await trains(a, b, c)
  isFull = true
  host.jobs.get(b)!.snapshot({ step: 1, epoch: 0, parameters: new Float32Array(1) })
  await vi.waitFor(() => expect(patience.problem).not.toBeNull())
  isFull = false
  await vi.waitFor(() => expect(patience.problem).toBeNull())
  expect(host.calls.filter((call) => call.startsWith('resume'))).toEqual(['resume rb', 'resume rc'])
  expect(status(a)).toBe('paused')
})

it('a lab that closes meanwhile does not wait for the disk', async () => {
  await trains(a, b)
  isFull = true
  host.jobs.get(a)!.end({})
  await called('pause rb')
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await patience.giveUp()
  await scheduler.close()
  expect(said.mock.calls.flat()).toContain('The end of run rb was not stored: the disk is full')
  said.mockRestore()
  expect(log).toEqual(['ra running', 'rb running'])
})

it('a run is not finished when a batch of it was lost for good', async () => {
  await trains(a, b)
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const store = (patience as unknown as { store: StoreApi }).store
  vi.spyOn(store, 'append').mockRejectedValueOnce(new LabError('argument/invalid', 'a batch with a gap'))
  host.jobs.get(a)!.batch(5)
  host.jobs.get(a)!.end({})
  await vi.waitFor(() => expect(log).toContain('ra failed: a batch with a gap'))
  said.mockRestore()
})
