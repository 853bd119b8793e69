import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/api/errors'
import type { ExperimentProgress, RunProgress } from '../../../shared/api/lab-api'
import type { RunSummary } from '../../../shared/api/records'
import { ExperimentFeed, type ExperimentSnapshot, type FeedLab } from '../../../renderer/stores/experiment-feed'
import { FakeClock } from '../components/charts/fake-clock'
import { experimentId, makeDetail, makeRun, runIdOf } from '../fixtures'

/** A lab that answers from `runs` as they are at the moment, and writes down what it was asked. */
function makeLab(runs: RunSummary[]) {
  const calls: string[] = []
  const names = (runIds: readonly string[]) => runIds.map((runId) => Number.parseInt(runId.slice(1), 32)).join(' ')
  const findRun = (runId: string) => runs.find((run) => run.runId === runId)!
  const lab: FeedLab = {
    async getExperiment() {
      calls.push('detail')
      return makeDetail(runs.map((run) => ({ ...run })))
    },
    async listQueue() {
      return []
    },
    async getProgress() {
      calls.push('progress')
      return progressOf(runs)
    },
    async readSeries({ runIds, names: wanted }) {
      calls.push(`series ${names(runIds)}`)
      const steps = (runId: string) => Float64Array.of(findRun(runId).steps)
      return runIds.flatMap((runId) =>
        wanted.map((name) => ({ runId, name, data: { steps: steps(runId), values: steps(runId), count: 1 } })),
      )
    },
    async readPredictions({ runIds, epoch }) {
      calls.push(`predictions ${names(runIds)}${epoch === undefined ? '' : ` at ${epoch}`}`)
      return runIds.map((runId) => ({
        runId,
        step: 1,
        epoch: epoch ?? findRun(runId).epochs,
        values: Float32Array.of(1),
      }))
    },
    async readResult() {
      return null
    },
    async readResultPart() {
      return null
    },
    async listFrames({ runId }) {
      calls.push(`frames ${names([runId])}`)
      return [0, 1, 2].map((epoch) => ({ step: epoch * 16, epoch }))
    },
  }
  return { lab, calls }
}

function progressOf(runs: readonly RunSummary[]): ExperimentProgress {
  const open = runs.filter((run) => run.status === 'running' || run.status === 'queued')
  const progress = open.map(({ runId, status, steps, epochs, totalSteps }): RunProgress => {
    return { runId, status, steps, epochs, totalSteps, stepsPerSecond: 100, etaMs: 1 }
  })
  return {
    experimentId,
    share: 0.5,
    stepsPerSecond: 100,
    etaMs: 1,
    paused: false,
    runCount: progress.length,
    endedRuns: 0,
    runs: progress,
    analyses: [],
  }
}

function follow(runs: RunSummary[], publish?: () => Promise<void>) {
  const clock = new FakeClock()
  const { lab, calls } = makeLab(runs)
  const shown: ExperimentSnapshot[] = []
  const errors: unknown[] = []
  const feed = new ExperimentFeed(experimentId, {
    lab,
    clock,
    publish: async (snapshot) => {
      shown.push(snapshot)
      await publish?.()
    },
    onError: (error) => errors.push(error),
  })
  return { clock, lab, calls, shown, errors, feed }
}

describe('following an experiment', () => {
  it('reads an ended one once', async () => {
    const { clock, calls, shown } = follow([makeRun(0), makeRun(1)])
    await clock.pass(5000)
    expect(calls.sort()).toEqual(['detail', 'frames 0', 'predictions 0 1', 'series 0 1', 'series 0 1'])
    expect(shown.length).toBe(1)
    expect(
      shown[0]!.results.map(({ run, series, prediction }) => [
        run.position,
        series.trainLoss?.values[0],
        prediction?.epoch,
      ]),
    ).toEqual([
      [0, 1600, 100],
      [1, 1600, 100],
    ])
    expect([shown[0]!.progress, shown[0]!.frames.length]).toEqual([null, 3])
  })

  it('shows each state of a running one at most eight times a second and the last one always', async () => {
    const runs = [makeRun(0, { status: 'running', steps: 0, epochs: 0 })]
    const { clock, shown, feed } = follow(runs)
    await clock.pass(100)
    for (let step = 1; step <= 100; step++) {
      runs[0]!.steps = step
      feed.handle({ type: 'progress', progress: progressOf(runs) })
      await clock.pass(10)
    }
    await clock.pass(300)
    expect(shown.length).toBeGreaterThanOrEqual(6)
    expect(shown.length).toBeLessThanOrEqual(12)
    const last = shown.at(-1)!
    expect([last.detail.runs[0]!.steps, last.results[0]!.series.gradientNorm?.values[0]]).toEqual([100, 100])
  })

  it('asks for nothing while what it gave is not drawn yet', async () => {
    const runs = [makeRun(0, { status: 'running' })]
    let draw = () => {}
    const { clock, calls, shown, feed } = follow(runs, () => new Promise<void>((resolve) => (draw = resolve)))
    await clock.pass(200)
    calls.length = 0
    for (let i = 0; i < 50; i++) {
      feed.handle({ type: 'progress', progress: progressOf(runs) })
      await clock.pass(20)
    }
    expect([calls, shown.length]).toEqual([[], 1])
    draw()
    await clock.pass(200)
    expect(shown.length).toBe(2)
  })

  it('reads only what still changes, and a run that ended once more', async () => {
    const runs = [makeRun(0), makeRun(1, { status: 'running', steps: 10 }), makeRun(2, { status: 'queued', steps: 0 })]
    const { clock, calls, shown, feed } = follow(runs)
    await clock.pass(200)
    expect(calls.filter((call) => call.startsWith('series'))).toEqual(['series 0 1', 'series 0 1'])
    calls.length = 0
    runs[1]!.steps = 20
    feed.handle({ type: 'progress', progress: progressOf(runs) })
    await clock.pass(800)
    expect(calls.filter((call) => call.startsWith('series'))).toEqual(['series 1', 'series 1'])
    Object.assign(runs[1]!, { status: 'finished', steps: 1600 })
    feed.handle({ type: 'experiment-changed', experimentId })
    await clock.pass(400)
    calls.length = 0
    feed.handle({ type: 'experiment-changed', experimentId })
    await clock.pass(400)
    expect(calls.filter((call) => call.startsWith('series'))).toEqual([])
    expect(shown.at(-1)!.results[1]!.series.trainLoss?.values[0]).toBe(1600)
  })

  it('reads a run anew when it was retried', async () => {
    const runs = [makeRun(0, { status: 'failed', steps: 700 })]
    const { clock, shown, feed } = follow(runs)
    await clock.pass(200)
    Object.assign(runs[0]!, { status: 'running', steps: 3, startedAt: 5 })
    feed.handle({ type: 'experiment-changed', experimentId })
    await clock.pass(400)
    expect(shown.at(-1)!.results[0]!.series.trainLoss?.values[0]).toBe(3)
  })

  it('reads the runs of the chosen facet alone', async () => {
    const runs = [makeRun(0), makeRun(1, { facet: 'cos x' })]
    const { clock, shown, feed } = follow(runs)
    await clock.pass(200)
    feed.showFacet('cos x')
    await clock.pass(400)
    expect(shown.map(({ results }) => results.map(({ run }) => run.position))).toEqual([[0], [1]])
    expect(shown.at(-1)!.detail.runs.length).toBe(2)
  })

  it('shows predictions of a chosen epoch, then follows the latest again', async () => {
    const { clock, calls, shown, feed } = follow([makeRun(0)])
    await clock.pass(200)
    feed.showEpoch(2)
    await clock.pass(400)
    expect(calls).toContain('predictions 0 at 2')
    feed.showEpoch(null)
    await clock.pass(400)
    expect(shown.map(({ results }) => results[0]!.prediction?.epoch)).toEqual([100, 2, 100])
  })

  it('leaves other experiments alone', async () => {
    const { clock, calls, feed } = follow([makeRun(0)])
    await clock.pass(200)
    calls.length = 0
    const other = 'x0000000z' as typeof experimentId
    feed.handle({ type: 'experiment-changed', experimentId: other })
    feed.handle({ type: 'progress', progress: { ...progressOf([]), experimentId: other } })
    feed.handle({ type: 'datasets-changed' })
    await clock.pass(400)
    expect(calls).toEqual([])
  })

  it('passes an error on and tries again when asked', async () => {
    const { clock, lab, shown, errors, feed } = follow([makeRun(0)])
    const gone = new LabError('experiment/not-found', 'There is no such experiment')
    const { getExperiment } = lab
    lab.getExperiment = () => Promise.reject(gone)
    await clock.pass(200)
    expect([errors, shown]).toEqual([[gone], []])
    lab.getExperiment = getExperiment
    feed.refresh()
    await clock.pass(200)
    expect(shown.length).toBe(1)
  })

  it('shows nothing any more once it is disposed of', async () => {
    const { clock, shown, feed } = follow([makeRun(0, { runId: runIdOf(3) })])
    feed.dispose()
    feed.refresh()
    await clock.pass(400)
    expect(shown).toEqual([])
  })
})
