import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AnalysisQueue } from '../../../electron/lab/analysis-queue'
import type { AnalysisId, ExperimentId, RunId } from '../../../shared/api/ids'
import { LabError } from '../../../shared/api/errors'
import { FakeAnalysis, fakeAnalysisStore, fakeQuestion } from '../../support/fake-analysis'

const experiment = 'x1' as ExperimentId
const [first, second, third] = ['a1', 'a2', 'a3'] as AnalysisId[]

let host: FakeAnalysis
let log: string[]
let open: Set<RunId>
let queue: AnalysisQueue

function queueWith(steps: Record<string, number[]>, cores = 2): AnalysisQueue {
  const made: AnalysisQueue = new AnalysisQueue({
    host,
    store: fakeAnalysisStore(log, steps),
    version: '1',
    datasetFolders: [],
    freeCores: () => cores,
    isOpen: (runId) => open.has(runId),
    dataOf: async () => ({ sha256: null, relation: 'made' }),
    onChange: () => undefined,
  })
  return made
}

const asked = (...ids: (AnalysisId | undefined)[]) => vi.waitFor(() => expect([...host.questions.keys()]).toEqual(ids))
const logged = (entry: string) => vi.waitFor(() => expect(log).toContain(entry))

beforeEach(() => {
  host = new FakeAnalysis()
  log = []
  open = new Set()
  queue = queueWith({ ra: [10], rb: [10] })
})

describe('questions', () => {
  it('wait until the runs they ask have ended', async () => {
    open.add('rb' as RunId)
    queue.add(experiment, [fakeQuestion('a1', ['ra']), fakeQuestion('a2', ['ra', 'rb'])], 2)
    await asked(first)
    open.clear()
    queue.next()
    await asked(first, second)
    expect(host.questions.get(second!)!.snapshots).toBe(2)
  })

  it('take no more cores than are free, and each the share of those that wait', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra']), fakeQuestion('a2', ['ra', 'rb']), fakeQuestion('a3', ['rb'])], 2)
    await asked(first, second)
    expect(host.questions.get(first!)!.argument.threads).toBe(1)
    host.questions.get(first!)!.answer()
    await asked(second, third)
    expect(log).toContain('a1 finished')
  })

  it('that were answered before take the answer over', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await asked(first)
    host.questions.get(first!)!.answer()
    await logged('a1 finished')
    queue.add(experiment, [fakeQuestion('a2', ['ra'])], 1)
    await logged('a2 finished')
    expect(log).toContain('a2 result, known')
    expect(host.questions.size).toBe(0)
  })

  it('go on with what they had after a stop', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await asked(first)
    host.questions.get(first!)!.report(0.5, Uint8Array.of(7))
    await logged('a1 part')
    await queue.stop(experiment)
    await logged('a1 stopped')
    await vi.waitFor(() => expect(queue.has(experiment)).toBe(false))
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await asked(first)
    expect(host.questions.get(first!)!.argument.previous).toEqual(Uint8Array.of(7))
  })

  it('go back into the queue when they are paused, and on from there', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await asked(first)
    await queue.pause(experiment)
    await logged('a1 queued')
    expect(queue.isPaused(experiment)).toBe(true)
    expect(host.questions.size).toBe(0)
    queue.resume(experiment)
    await asked(first)
  })

  it('that wait are stopped without an answer', async () => {
    open.add('ra' as RunId)
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await queue.stop(experiment)
    expect(log).toEqual(['a1 stopped'])
    expect(queue.has(experiment)).toBe(false)
  })

  it('fail with what went wrong, and alone', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra']), fakeQuestion('a2', ['rb'])], 2)
    await asked(first, second)
    host.questions.get(first!)!.fail(new LabError('engine/out-of-memory', 'too large'))
    await logged('a1 failed: engine/out-of-memory')
    host.questions.get(second!)!.answer()
    await logged('a2 finished')
  })

  it('of a process that died are interrupted', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await asked(first)
    host.questions.get(first!)!.kill()
    await logged('a1 interrupted: worker/died')
  })

  it('of runs without weights say so', async () => {
    queue = queueWith({})
    queue.add(experiment, [fakeQuestion('a1', ['ra'])], 1)
    await logged('a1 failed: snapshot/missing')
  })

  it('tell how far they are', async () => {
    queue.add(experiment, [fakeQuestion('a1', ['ra']), fakeQuestion('a2', ['rb'])], 2)
    await asked(first, second)
    host.questions.get(first!)!.report(0.25)
    await vi.waitFor(() => expect(queue.progress(experiment)[0]).toMatchObject({ status: 'running', share: 0.25 }))
    expect(queue.progress(experiment)[1]).toMatchObject({ analysisId: 'a2', share: 0, etaMs: null })
    await queue.close()
    expect(log).toContain('a1 stopped')
  })
})
