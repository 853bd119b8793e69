import { describe, expect, it } from 'vitest'
import type { AnalysisContext } from '../../../electron/analysis/analysis'
import { analyseSensitivity, evenlyChosen } from '../../../electron/analysis/sensitivity'
import { loadEngine } from '../../../electron/engines'
import type { SensitivityQuestion, SensitivityResult, SetSensitivity } from '../../../shared/analyses/sensitivity'
import type { RunId } from '../../../shared/api/ids'
import type { RunStatus, RunSummary } from '../../../shared/api/records'
import { largestError } from '../../golden/closeness'
import { golden, type SensitivityCase } from '../../golden/golden'
import { runSpec, samplesOf, single } from './golden-run'

type Context = AnalysisContext<SensitivityQuestion, SensitivityResult>

const engine = loadEngine()

interface Asked {
  status?: RunStatus
  weights?: number[]
  signal?: AbortSignal
  progress?: Context['progress']
}

function contextOf(one: SensitivityCase, spec: SensitivityQuestion, asked: Asked = {}): Context {
  const { status = 'finished', weights = one.parameters, signal = new AbortController().signal } = asked
  const buffers = one.buffers && single(one.buffers)
  const snapshot = { step: 1, epoch: 1, parameters: single(weights), ...(buffers && { buffers }) }
  const run = { runId: 'r00000000' as RunId, label: 'Run 0', spec: runSpec(one), status } as RunSummary
  const { training, test } = samplesOf(one)
  return {
    spec,
    runs: [{ run, snapshots: [snapshot] }],
    engine,
    threads: 1,
    createSession: (_, options) => {
      const { model, loss, optimizer } = run.spec
      const session = engine.createSession({ model, loss, optimizer, ...options })
      session.setSamples('training', training)
      session.setSamples('test', test)
      session.setParameters(snapshot.parameters)
      if (buffers) session.setBuffers(buffers)
      return Promise.resolve(session)
    },
    readSamples: () => Promise.resolve({ training, test }),
    progress: asked.progress ?? (() => undefined),
    previous: undefined,
    signal,
  }
}

const norms = ({ ofLoss, ofOutputs }: Pick<SetSensitivity, 'ofLoss' | 'ofOutputs'>) => [ofLoss, ofOutputs]
const tolerance = 1e-11

describe.each(golden('sensitivity').map((one) => [one.name, one] as const))(
  'the sensitivity of a network: %s',
  (_, one) => {
    it('is that of PyTorch over both sets, with loss and accuracy', async () => {
      const { result } = await analyseSensitivity(contextOf(one, {}))
      for (const set of ['training', 'test'] as const) {
        const [found, expected] = [result[set], one[set]]
        expect(largestError([found.loss, ...norms(found)], [expected.loss, ...norms(expected)])).toBeLessThan(tolerance)
        expect(found.accuracy).toEqual(expected.accuracy === null ? NaN : expect.closeTo(expected.accuracy, 12))
      }
      expect(result.training.samples).toBe(one.inputs.length / one.model.inputSize)
    })

    it('is over so many samples evenly among all, where fewer are asked for, while the loss is over all', async () => {
      const { result } = await analyseSensitivity(contextOf(one, { samples: one.chosen }))
      const { training } = result
      expect(largestError(norms(training), norms(one.ofChosen))).toBeLessThan(tolerance)
      expect(largestError([training.loss], [one.training.loss])).toBeLessThan(tolerance)
      expect(training.samples).toBe(one.chosen)
    })
  },
)

describe('a question about sensitivity', () => {
  const [first, one] = golden('sensitivity') as [SensitivityCase, SensitivityCase]

  it('names its numbers', async () => {
    const { summary } = await analyseSensitivity(contextOf(one, {}))
    expect(summary).toEqual({
      trainLoss: expect.closeTo(one.training.loss, 10),
      testLoss: expect.closeTo(one.test.loss, 10),
      trainAccuracy: expect.closeTo(one.training.accuracy!, 10),
      testAccuracy: expect.closeTo(one.test.accuracy!, 10),
      trainLossSensitivity: expect.closeTo(one.training.ofLoss, 10),
      testLossSensitivity: expect.closeTo(one.test.ofLoss, 10),
      trainOutputSensitivity: expect.closeTo(one.training.ofOutputs, 10),
      testOutputSensitivity: expect.closeTo(one.test.ofOutputs, 10),
    })
    const withoutClasses = await analyseSensitivity(contextOf(first, {}))
    expect(Object.keys(withoutClasses.summary)).not.toContain('testAccuracy')
  })

  it('is 0 where the outputs do not depend on the input', async () => {
    const weights = one.parameters.map(() => 0)
    const { result } = await analyseSensitivity(contextOf(one, {}, { weights }))
    expect([...norms(result.training), ...norms(result.test)]).toEqual([0, 0, 0, 0])
    expect(result.test.loss).toBeCloseTo(Math.log(4), 12)
  })

  it('refuses a run that diverged, or whose weights are no numbers, by its name', async () => {
    await expect(analyseSensitivity(contextOf(one, {}, { status: 'diverged' }))).rejects.toMatchObject({
      code: 'engine/bad-data',
      message: 'Run 0 diverged: it has no end to ask about',
    })
    await expect(
      analyseSensitivity(contextOf(one, {}, { weights: [NaN, ...one.parameters.slice(1)] })),
    ).rejects.toMatchObject({ message: 'Run 0: the weights it ended with are not finite numbers' })
    const weights = one.parameters.map(() => 1e300)
    await expect(analyseSensitivity(contextOf(one, {}, { weights }))).rejects.toMatchObject({
      code: 'engine/bad-data',
      message: expect.stringMatching(/^Run 0: /) as string,
    })
  })

  it('ends when it is stopped, and says how far it is', async () => {
    const shares: number[] = []
    await analyseSensitivity(contextOf(one, {}, { progress: (share) => void shares.push(share) }))
    expect(shares).toEqual([1, 2, 3, 4, 5, 6].map((answer) => answer / 6))
    const stop = new AbortController()
    const context = contextOf(one, {}, { signal: stop.signal, progress: () => stop.abort() })
    await expect(analyseSensitivity(context)).rejects.toMatchObject({ code: 'engine/canceled' })
  })
})

it('samples are chosen evenly, each with its own target, and stay as they were', () => {
  // Labels of a file are a Buffer, whose parts are views.
  const labels = Buffer.from([0, 1, 2, 3, 4])
  const samples = { inputs: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), labels }
  expect(evenlyChosen(samples, 5, 3)).toEqual({
    inputs: Float32Array.of(0, 1, 2, 3, 6, 7),
    labels: Uint8Array.of(0, 1, 3),
  })
  expect([...labels]).toEqual([0, 1, 2, 3, 4])
  const values = { inputs: Float32Array.of(1, 2, 3), values: Float32Array.of(1, 4, 9) }
  expect(evenlyChosen(values, 3, 2)).toEqual({ inputs: Float32Array.of(1, 2), values: Float32Array.of(1, 4) })
})
