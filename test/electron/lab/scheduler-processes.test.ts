/** What becomes of runs whose training process ends before they do. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Scheduler } from '../../../electron/lab/scheduler'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import { fakeExperiment, fakeScheduler } from '../../support/fake-scheduler'
import { FakeTraining, fakeStore } from '../../support/fake-training'

const experiment = 'x1' as ExperimentId
const [a, b] = ['ra', 'rb'] as RunId[]

let host: FakeTraining
let log: string[]
let scheduler: Scheduler

beforeEach(() => {
  host = new FakeTraining()
  log = []
  scheduler = fakeScheduler({ host, store: fakeStore(log), cores: 1, goesOn: true })
})

const add = (id: ExperimentId, ...runIds: (RunId | undefined)[]) => scheduler.add([fakeExperiment(id, runIds)])
const trains = (...runIds: (RunId | undefined)[]) => vi.waitFor(() => expect([...host.jobs.keys()]).toEqual(runIds))

describe('a training process', () => {
  it('marks the run of a process that dies as interrupted, and trains the others on a new process', async () => {
    add(experiment, a, b)
    await trains(a)
    host.jobs.get(a!)!.kill()
    await vi.waitFor(() => expect(host.jobs.has(b!)).toBe(true))
    expect(host.started).toBe(2)
    expect(log[1]).toBe('ra interrupted: The training process ended unexpectedly (SIGKILL).')
  })

  it('survives a process that dies while it is told to pause', async () => {
    add(experiment, a)
    const pausing = scheduler.pause([a!])
    await vi.waitFor(() => expect(host.jobs.has(a!)).toBe(true))
    host.jobs.get(a!)!.kill()
    await pausing
    await vi.waitFor(() => expect(scheduler.tracker(experiment)).toBeUndefined())
    expect(log.at(-1)).toMatch(/^ra interrupted/)
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)(
    'that %s ended while it started is replaced, and nothing is wrong with its run',
    async (signal) => {
      add(experiment, a, b)
      await trains(a)
      host.jobs.get(a!)!.kill(signal)
      await trains(a)
      expect(host.started).toBe(2)
      host.jobs.get(a!)!.end({})
      await trains(b)
      expect(log.filter((line) => line.startsWith('ra'))).toEqual([
        'ra running',
        'ra running',
        'ra kept 10',
        'ra finished',
      ])
    },
  )

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ended by %s while the lab closes leaves its run to the next',
    async (signal) => {
      add(experiment, a)
      await trains(a)
      const closing = scheduler.close()
      host.jobs.get(a!)!.kill(signal)
      await closing
      expect(log).toEqual(['ra running', 'ra queued'])
    },
  )
})
