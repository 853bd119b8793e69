import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Scheduler } from '../../../electron/lab/scheduler'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import { LabError } from '../../../shared/api/errors'
import type { StoreApi } from '../../../shared/api/store-api'
import { fakeExperiment, fakeScheduler } from '../../support/fake-scheduler'
import { FakeTraining, fakeRun, fakeStore, knownRun } from '../../support/fake-training'

const experiment = 'x1' as ExperimentId
const other = 'x2' as ExperimentId
const [a, b, c, d] = ['ra', 'rb', 'rc', 'rd'] as RunId[]

let host: FakeTraining
let log: string[]
let scheduler: Scheduler
let store: StoreApi

function schedulerWith(cores: number, storeDelayMs = 0, goesOn = false): Scheduler {
  store = fakeStore(log, storeDelayMs)
  return schedulerOn(cores, goesOn)
}

/** On the store of the one before. */
function schedulerOn(cores: number, goesOn: boolean): Scheduler {
  return fakeScheduler({ host, store, cores, goesOn, checkpointEveryMs: 77 })
}

const add = (id: ExperimentId, ...runIds: (RunId | undefined)[]) => scheduler.add([fakeExperiment(id, runIds)])
const training = () => [...host.jobs.keys()]
const trains = (...runIds: (RunId | undefined)[]) => vi.waitFor(() => expect(training()).toEqual(runIds))
const ended = (id: ExperimentId) => vi.waitFor(() => expect(scheduler.tracker(id)).toBeUndefined())

beforeEach(() => {
  host = new FakeTraining()
  log = []
  scheduler = schedulerWith(2)
})

describe('the scheduler', () => {
  it('starts runs in order, as many as there are cores, and reuses their processes', async () => {
    add(experiment, a, b, c)
    await trains(a, b)
    host.jobs.get(a!)!.end({})
    await trains(b, c)
    host.jobs.get(b!)!.end({})
    host.jobs.get(c!)!.end({ reason: 'diverged', step: 7 })
    await ended(experiment)
    expect(host.started).toBe(2)
    expect(log.filter((line) => !line.includes(' kept '))).toEqual([
      'ra running',
      'rb running',
      'ra finished',
      'rc running',
      'rb finished',
      'rc diverged: The loss was no longer a finite number at step 7.',
    ])
  })

  it('stores weights along a run, answers for each, and ends the run only after the last', async () => {
    scheduler = schedulerWith(1, 20)
    add(experiment, a)
    await trains(a)
    const { snapshot, end } = host.jobs.get(a!)!
    snapshot({ step: 0, epoch: 0, parameters: Float32Array.of(1) })
    snapshot({ step: 5, epoch: 1, parameters: Float32Array.of(2) })
    await vi.waitFor(() => expect(host.calls).toEqual(['stored ra', 'stored ra']))
    snapshot({ step: 9, epoch: 1, parameters: Float32Array.of(3) })
    end({ gradientPhase: { switchStep: 9, reason: 'reached', steps: 1, loss: 0, gradientNorm: 0 } })
    await ended(experiment)
    expect(log).toEqual([
      'ra running',
      'ra kept 0',
      'ra kept 5',
      'ra kept 9',
      'ra kept 10',
      'ra phase reached',
      'ra finished',
    ])
  })

  it('fails a run whose weights could not be kept', async () => {
    add(experiment, a)
    await trains(a)
    host.jobs.get(a!)!.snapshot({ step: -1, epoch: 0, parameters: Float32Array.of(1) })
    host.jobs.get(a!)!.end({})
    await ended(experiment)
    expect(log.at(-1)).toBe('ra failed: no room for step -1')
  })

  it('gives a run the cores that no other run needs', async () => {
    scheduler = schedulerWith(5)
    const threads = () => [...host.jobs.values()].map(({ argument }) => argument.threads)
    add(experiment, a)
    await trains(a)
    expect(threads()).toEqual([5])
    add(other, b, c)
    await trains(a, b, c)
    expect(threads()).toEqual([5, 1, 1])
    host.jobs.get(a!)!.end({})
    await ended(experiment)
    add(experiment, d)
    await vi.waitFor(() => expect(host.jobs.get(d!)?.argument.threads).toBe(1))
  })

  it('marks a run as failed with the reason and goes on with the next', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b)
    await trains(a)
    host.jobs.get(a!)!.fail(new LabError('engine/out-of-memory', 'There is no room.'))
    await vi.waitFor(() => expect(host.jobs.has(b!)).toBe(true))
    host.jobs.get(b!)!.end({})
    await ended(experiment)
    expect(log).toContain('ra failed: There is no room.')
    expect(log).toContain('rb finished')
  })

  it('pauses what runs, starts nothing more of it, and goes on where it was', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b)
    await trains(a)
    expect(await scheduler.pause([a!, b!])).toBe(true)
    expect(host.calls).toEqual(['pause ra'])
    expect(log.slice(-2).sort()).toEqual(['ra paused', 'rb paused'])
    expect(scheduler.tracker(experiment)!.progress(1)).toMatchObject({ paused: true, etaMs: null })
    expect(await scheduler.resume([a!, b!])).toBe(true)
    await vi.waitFor(() => expect(host.calls).toEqual(['pause ra', 'resume ra']))
    expect(log.slice(-3)).toEqual(['ra queued', 'rb queued', 'ra running'])
    expect(training()).toEqual([a])
    expect(scheduler.queue).toEqual([b])
  })

  it('gives the core of a paused run to the next, and that of the next back to it', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b, c)
    await trains(a)
    await scheduler.pause([a!])
    await trains(a, b)
    await scheduler.resume([a!])
    // No core is free: it waits, before all that has not begun.
    expect(scheduler.queue).toEqual([a, c])
    expect(host.calls).toEqual(['pause ra'])
    host.jobs.get(b!)!.end({})
    await vi.waitFor(() => expect(host.calls).toEqual(['pause ra', 'resume ra']))
    expect(scheduler.queue).toEqual([c])
    host.jobs.get(a!)!.end({})
    await trains(c)
  })

  it('passes over a run that is paused before it began, which keeps its place', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b, c)
    await trains(a)
    await scheduler.pause([b!])
    expect(scheduler.queue).toEqual([c])
    await scheduler.resume([b!])
    expect(scheduler.queue).toEqual([b, c])
    await scheduler.pause([b!])
    host.jobs.get(a!)!.end({})
    await trains(c)
    host.jobs.get(c!)!.end({})
    await vi.waitFor(() => expect(training()).toEqual([]))
    await scheduler.resume([b!])
    await trains(b)
  })

  it('stops single runs, those that wait and those that are paused too', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b, c, d)
    await trains(a)
    await scheduler.pause([a!])
    await trains(a, b)
    expect(await scheduler.stop([a!, c!])).toBe(true)
    await vi.waitFor(() => expect(log).toContain('ra stopped'))
    expect(log).toContain('rc stopped')
    host.jobs.get(b!)!.end({})
    await trains(d)
    host.jobs.get(d!)!.end({})
    await ended(experiment)
    expect(await scheduler.stop([a!])).toBe(false)
  })

  it('moves waiting runs to either end, in the order they have, and tells the store', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b, c)
    add(other, d)
    await trains(a)
    expect(await scheduler.move([d!, c!], 'front')).toBe(true)
    expect(scheduler.queue).toEqual([c, d, b])
    expect(log.at(-1)).toBe('order rc rd rb')
    await scheduler.move([c!], 'back')
    expect(scheduler.queue).toEqual([d, b, c])
    expect(await scheduler.move([a!], 'front')).toBe(false)
    host.jobs.get(a!)!.end({})
    await trains(d)
  })

  it('takes over runs as the last session left them', async () => {
    scheduler = schedulerWith(1)
    const left = (runId: RunId, status: 'queued' | 'paused', hasStarted: boolean) => ({
      ...fakeRun(runId),
      status,
      hasStarted,
    })
    const finished = { ...knownRun('rd'), status: 'finished' as const, steps: 10 }
    scheduler.add(
      [
        {
          experimentId: experiment,
          all: [knownRun('ra'), knownRun('rb'), knownRun('rc'), finished],
          runs: [left(a!, 'paused', false), left(b!, 'queued', false), left(c!, 'queued', true)],
        },
      ],
      [a!, c!, b!],
    )
    await trains(c)
    // What it had recorded is forgotten only now that it begins again.
    expect(log).toEqual(['rc reset', 'rc running'])
    expect(scheduler.tracker(experiment)!.progress(1)).toMatchObject({ runCount: 4, endedRuns: 1, share: 1 / 4 })
    host.jobs.get(c!)!.end({})
    await trains(b)
    host.jobs.get(b!)!.end({})
    await vi.waitFor(() => expect(scheduler.tracker(experiment)!.paused).toBe(true))
  })

  it('starts a run again beside others of its experiment', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b)
    await trains(a)
    host.jobs.get(a!)!.fail(new Error('bad luck'))
    await trains(b)
    add(experiment, a)
    expect(scheduler.tracker(experiment)!.progress(1)).toMatchObject({ runCount: 2, endedRuns: 0 })
    host.jobs.get(b!)!.end({})
    await trains(a)
    host.jobs.get(a!)!.end({})
    await ended(experiment)
    expect(log.filter((line) => line.startsWith('ra ') && !line.includes('kept'))).toEqual([
      'ra running',
      'ra failed: bad luck',
      'ra running',
      'ra finished',
    ])
  })

  it('gives the cores of a paused experiment to another', async () => {
    scheduler = schedulerWith(1)
    add(experiment, a, b)
    add(other, c)
    await trains(a)
    await scheduler.pause([a!, b!])
    await trains(a, c)
  })

  it('pauses and stops a run whose process is not there yet', async () => {
    add(experiment, a)
    await scheduler.pause([a!])
    await vi.waitFor(() => expect(host.calls).toContain('pause ra'))
    add(other, b)
    await scheduler.stop([b!])
    await ended(other)
    expect(log).toContain('rb stopped')
  })

  it('stops running and queued runs', async () => {
    add(experiment, a, b, c, d)
    await trains(a, b)
    await scheduler.stop([a!, b!, c!, d!])
    await ended(experiment)
    expect(log.filter((line) => line.endsWith('stopped')).sort()).toEqual([
      'ra stopped',
      'rb stopped',
      'rc stopped',
      'rd stopped',
    ])
  })

  it('starts none of the runs it stops, even when a core gets free meanwhile', async () => {
    scheduler = schedulerWith(1, 10)
    add(experiment, a, b, c, d, ...(['re', 'rf', 'rg', 'rh', 'ri'] as RunId[]))
    await trains(a)
    const stopping = scheduler.stop(scheduler.tracker(experiment)!.runIds('running', 'queued'))
    host.jobs.get(a!)?.end({})
    await stopping
    await ended(experiment)
    expect(log.filter((line) => line.endsWith('running'))).toEqual(['ra running'])
    expect(training()).toEqual([])
  })

  it('closes only after the running runs have ended in the store', async () => {
    add(experiment, a, b, c)
    await trains(a, b)
    await scheduler.close()
    expect(log.filter((line) => line.endsWith('stopped'))).toEqual(['ra stopped', 'rb stopped'])
    expect(training()).toEqual([])
  })

  it('leaves to the next session what it does not finish, but not what a person stopped', async () => {
    scheduler = schedulerWith(3, 0, true)
    add(experiment, a, b, c, d)
    await trains(a, b, c)
    await scheduler.pause([b!])
    const stopping = scheduler.stop([c!])
    await scheduler.close()
    await stopping
    expect(log.filter((line) => !/running|kept/.test(line)).sort()).toEqual([
      'ra queued',
      'rb paused',
      'rb paused',
      'rc stopped',
      'rd queued',
    ])
  })
})
