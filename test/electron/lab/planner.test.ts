import { describe, expect, it } from 'vitest'
import { newRuns, planExperiment } from '../../../electron/lab/planner'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds } from '../../../shared/experiments/registry'

const sizes = async () => 1000

describe('planning an experiment', () => {
  it('gives each run an identity of its own, its place and its size', async () => {
    const kind = experimentKinds['simulate-function']
    const { plan } = planExperiment({ kind: kind.kind, spec: { seeds: 2 } })
    const runs = await newRuns(plan, sizes)
    expect(runs.map(({ position, parameterCount }) => [position, parameterCount])).toEqual(
      [0, 1, 2, 3].map((i) => [i, 571]),
    )
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(4)
    for (const { runId } of runs) expect(runId).toMatch(/^r[0-9a-z]{8}$/)
  })

  it('counts the steps of an epoch, its last smaller batch, and an earlier end', async () => {
    const spec = { data: { points: 1000 }, training: { batchSize: 300, epochs: 5 }, seeds: 1 }
    const count = async (training: object) => {
      const { plan } = planExperiment({
        kind: 'simulate-function',
        spec: { ...spec, training: { ...spec.training, ...training } },
      })
      const [run] = await newRuns(plan, sizes)
      return [run!.stepsPerEpoch, run!.totalSteps]
    }
    expect(await count({})).toEqual([4, 20])
    expect(await count({ maxSteps: 7 })).toEqual([4, 7])
    expect(await count({ batchSize: 'full' })).toEqual([1, 5])
  })

  it('takes the size of a data set from where it is, unless fewer samples are asked for', async () => {
    const steps = async (dataset: object) => {
      const { plan } = planExperiment({
        kind: 'train-on-task',
        spec: { dataset, training: { batchSize: 100 }, seeds: 1 },
      })
      return (await newRuns(plan, sizes))[0]!.stepsPerEpoch
    }
    expect(await steps({ name: 'mnist' })).toBe(10)
    expect(await steps({ name: 'mnist', trainSize: 250 })).toBe(3)
  })

  it('refuses batch normalisation over a batch of one where the data set has fewer samples here', async () => {
    const { plan } = planExperiment({
      kind: 'train-on-task',
      spec: {
        dataset: { name: 'cifar10' },
        models: [{ label: 'Normed', hidden: 'dense 8, batch norm' }],
        training: { batchSize: 333 },
        seeds: 1,
      },
    })
    await expect(newRuns(plan, sizes)).rejects.toThrow(
      'batch normalisation in layer1 of ‘Normed, seed 0’ needs more than one value per channel, but 1,000 training samples in batches of 333 leave one over',
    )
    await expect(newRuns(plan, async () => 1001)).resolves.toHaveLength(1)
  })

  it('keeps the shrunk spec of a quick look, so that opening it again shows what was run', () => {
    const { spec } = planExperiment({
      kind: 'simulate-function',
      spec: { training: { epochs: 1_000_000 } },
      quick: true,
    })
    expect((spec as { training: { epochs: number } }).training.epochs).toBeLessThan(1_000_000)
  })

  it('refuses unknown kinds and keys with their path', () => {
    expect(() => planExperiment({ kind: 'fly' as ExperimentKindId, spec: {} })).toThrow("There is no experiment 'fly'")
    expect(() => planExperiment({ kind: 'simulate-function', spec: { sedes: 3 } })).toThrow('sedes: unknown key')
    expect(() => planExperiment({ kind: 'simulate-function', spec: 'text' })).toThrow(
      'This is not a spec for simulate-function',
    )
  })
})
