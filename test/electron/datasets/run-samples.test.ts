import { expect, it } from 'vitest'
import { dataIdentity } from '../../../electron/datasets/identity'
import { runSamples } from '../../../electron/datasets/run-samples'
import { withRandomLabels, type LabelSettings } from '../../../shared/data/random-labels'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import type { RunSpec } from '../../../shared/experiments/run-spec'

const task = { type: 'dataset', name: 'digits', trainSize: 60, testSize: 40 }

function runWith(labels: Partial<LabelSettings>, firstSeed = 0): RunSpec {
  const { share = 1, ...rest } = labels
  const spec = parseSpec('random-labels', { task, firstSeed, labels: { shares: [share], ...rest } })
  return experimentKinds['random-labels'].plan(spec).runs[0]!.spec
}

it('random labels are those of the training images alone; pixels and test labels stay', async () => {
  const [plain, half] = await Promise.all([
    runSamples(runWith({ share: 0 }), []),
    runSamples(runWith({ share: 0.5 }), []),
  ])
  const expected = withRandomLabels(plain.training.labels!, { share: 0.5, how: 'permute' }, { classes: 10, runSeed: 0 })
  expect(half.training.labels).toEqual(expected)
  expect(half.training.labels).not.toEqual(plain.training.labels)
  expect(half.training.inputs).toEqual(plain.training.inputs)
  expect(half.test).toEqual(plain.test)
})

it('random labels differ from seed to seed unless they have a seed of their own', async () => {
  const all = { trainSize: undefined, share: 1, how: 'redraw' } as const
  const whole = (spec: RunSpec): RunSpec => ({ ...spec, data: { ...spec.data, trainSize: 10_000 } as RunSpec['data'] })
  const labelsOf = async (seed: number | undefined, firstSeed: number) => {
    const { share, how } = all
    const spec = whole(runWith(seed === undefined ? { share, how } : { share, how, seed }, firstSeed))
    return (await runSamples(spec, [])).training.labels
  }
  expect(await labelsOf(undefined, 0)).not.toEqual(await labelsOf(undefined, 1))
  expect(await labelsOf(5, 0)).toEqual(await labelsOf(5, 1))
  expect(await labelsOf(5, 0)).not.toEqual(await labelsOf(6, 0))
})

it('the identity of the training data changes with their labels and nothing else', async () => {
  const identities = await Promise.all([0, 0.5, 1].map((share) => dataIdentity(runWith({ share }), [])))
  expect(new Set(identities.map(({ sha256 }) => sha256)).size).toBe(3)
  expect(new Set(identities.map(({ samples, seed }) => JSON.stringify([samples, seed]))).size).toBe(1)
  expect(await dataIdentity(runWith({ share: 0.5 }), [])).toEqual(identities[1])
})
