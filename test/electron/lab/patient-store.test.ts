import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PatientStore } from '../../../electron/lab/patient-store'
import { LabError } from '../../../shared/api/errors'
import type { RunId } from '../../../shared/api/ids'
import type { StoreProblem } from '../../../shared/api/lab-api'
import type { NewExperiment, StoreApi } from '../../../shared/api/store-api'

const runId = 'ra' as RunId
const full = () => new LabError('store/unwritable', 'basin.db cannot be written: the disk is full.')

let isFull: boolean
let log: string[]
let told: (StoreProblem | null)[]
let patience: PatientStore

/** Takes no more than `room` snapshots while it is full. */
let room: number

beforeEach(() => {
  vi.useFakeTimers()
  isFull = false
  room = 0
  log = []
  told = []
  const write = (what: string) => {
    if (isFull && room-- <= 0) throw full()
    log.push(what)
  }
  const store: Partial<StoreApi> = {
    flush: async () => {
      if (isFull && room <= 0) throw full()
    },
    updateRun: async ({ status }) => write(String(status)),
    saveSnapshot: async ({ step }) => {
      if (step < 0) throw new LabError('run/not-found', 'no such run')
      write(`snapshot ${step}`)
    },
    rewindRun: async () => (write('rewind'), { step: 7, epoch: 1, durationMs: 1, state: new Uint8Array(0) }),
    append: async ({ steps }) => write(`batch ${steps}`),
    createExperiment: async () => write('experiment'),
    close: async () => write('close'),
    listRuns: async () => [],
  }
  patience = new PatientStore(store as StoreApi, (problem) => told.push(problem))
})

afterEach(() => void vi.useRealTimers())

const snapshot = (step: number) => patience.api.saveSnapshot({ runId, step, epoch: 0, parameters: new Float32Array(1) })

describe('a store that cannot write', () => {
  it('lets no person wait for an answer until it can, and does then what they asked for', async () => {
    isFull = true
    const asked = patience.answered(() => patience.api.updateRun({ runId, status: 'paused' }))
    await expect(asked).rejects.toMatchObject({
      code: 'store/unwritable',
      message: 'basin.db cannot be written: the disk is full. What was asked for is done once it can be.',
    })
    expect(log).toEqual([])
    let isBegun = false
    await expect(patience.answered(async () => (isBegun = true))).rejects.toMatchObject({ code: 'store/unwritable' })
    expect(isBegun).toBe(false)
    isFull = false
    await vi.advanceTimersByTimeAsync(2000)
    expect(log).toEqual(['paused'])
    await patience.answered(() => patience.api.updateRun({ runId, status: 'running' }))
    expect(log).toEqual(['paused', 'running'])
  })

  it('is tried again until it can, and everything arrives in order, with its answer', async () => {
    isFull = true
    const answers = Promise.all([
      snapshot(1),
      patience.api.rewindRun({ runId }),
      snapshot(2),
      patience.api.updateRun({ runId, status: 'finished' }),
    ])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(log).toEqual([])
    expect(told).toEqual([expect.objectContaining({ code: 'store/unwritable', message: full().message })])
    isFull = false
    await vi.advanceTimersByTimeAsync(1000)
    expect((await answers)[1]).toMatchObject({ step: 7 })
    expect(log).toEqual(['snapshot 1', 'rewind', 'snapshot 2', 'finished'])
    expect(told.at(-1)).toBeNull()
    expect(patience.problem).toBeNull()
  })

  it('goes on only when all that waits has been written, not when the first of it fits', async () => {
    isFull = true
    const saved = Promise.all([snapshot(1), snapshot(2), snapshot(3)])
    await vi.advanceTimersByTimeAsync(10)
    room = 2
    await vi.advanceTimersByTimeAsync(5000)
    expect(log).toEqual(['snapshot 1', 'snapshot 2'])
    expect(told).toHaveLength(1)
    isFull = false
    await vi.advanceTimersByTimeAsync(1000)
    await saved
    expect(told).toHaveLength(2)
  })

  it('is noticed by batches, which are never sent twice', async () => {
    isFull = true
    const batch = { runId, steps: 5, epochs: 0, durationMs: 0, series: [], frames: [] }
    await expect(patience.api.append(batch)).rejects.toMatchObject({ code: 'store/unwritable' })
    expect(patience.problem).not.toBeNull()
    isFull = false
    await vi.advanceTimersByTimeAsync(1000)
    expect(log).toEqual([])
    expect(patience.problem).toBeNull()
  })

  it('takes nothing new from a person, even where that would still fit, and answers questions', async () => {
    isFull = true
    void snapshot(1)
    await vi.advanceTimersByTimeAsync(10)
    room = 100
    await expect(patience.api.createExperiment({} as NewExperiment)).rejects.toMatchObject({ code: 'store/unwritable' })
    expect(() => patience.check()).toThrow('Everything goes on by itself')
    expect(await patience.api.listRuns({})).toEqual([])
  })

  it('keeps no call waiting once the lab closes, and says what was not written', async () => {
    isFull = true
    const saved = expect(Promise.all([snapshot(1), snapshot(2)])).rejects.toMatchObject({ code: 'store/unwritable' })
    await vi.advanceTimersByTimeAsync(10)
    await patience.giveUp()
    await saved
    await expect(patience.api.updateRun({ runId, status: 'stopped' })).rejects.toMatchObject({
      code: 'store/unwritable',
    })
    await expect(patience.close()).rejects.toThrow(/the disk is full\. What was recorded since .* was not written/)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(log).toEqual([])
  })

  it('that can write again just when the lab closes loses nothing', async () => {
    isFull = true
    const saved = snapshot(1)
    await vi.advanceTimersByTimeAsync(10)
    isFull = false
    await patience.giveUp()
    await saved
    await patience.close()
    expect(log).toEqual(['snapshot 1', 'close'])
  })

  it('does not hold up what fails for another reason', async () => {
    await expect(snapshot(-1)).rejects.toMatchObject({ code: 'run/not-found' })
    await snapshot(1)
    expect(log).toEqual(['snapshot 1'])
    expect(told).toEqual([])
  })

  it('whose file turned out to be damaged lets nothing wait, is not tried again, and is told as that', async () => {
    const damaged = { code: 'store/damaged', message: 'basin.db is damaged.' } as const
    patience.begin({ name: 'LabError', ...damaged })
    await expect(snapshot(1)).rejects.toMatchObject(damaged)
    await expect(patience.api.createExperiment({} as NewExperiment)).rejects.toMatchObject(damaged)
    expect(() => patience.check()).toThrow(/^basin\.db is damaged\.$/)
    expect(await patience.api.listRuns({})).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([expect.objectContaining(damaged)])
    await patience.giveUp()
    await patience.close()
    expect(log).toEqual(['close'])
  })
})
