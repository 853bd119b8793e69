import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/api/errors'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { lonelyNorms, withoutLonelyBatch } from '../../../shared/experiments/lonely-batches'
import { experimentKindIds } from '../../../shared/experiments/kind'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import { batchSamples, trainingSize, type RunSpec } from '../../../shared/experiments/run-spec'

const normed = [{ label: 'Normed', hidden: 'dense 16 linear, batch norm relu, dense 16' }]
const optimizer = { type: 'sgd', learningRate: 0.1 }

/** What is wrong with a spec, one line for each path; nothing for one that can be planned. */
function problems(kind: ExperimentKindId, spec: unknown, quick = false): string[] {
  const { plan, quick: quicker } = experimentKinds[kind]
  try {
    const parsed = parseSpec(kind, spec)
    plan(quick ? quicker(parsed) : parsed)
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'spec/invalid') throw error
    return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  }
  return []
}

const task = (trainSize: number, training: object, models: unknown = normed) => ({
  dataset: { name: 'digits', trainSize, testSize: 10 },
  models,
  training: { optimizer, epochs: 2, batchSize: 64, ...training },
})

const needs = (layer: string) =>
  `batch normalisation in ${layer} of ‘Normed’ needs more than one value per channel, but`
const leavesOne = `${needs('layer1')} 65 training samples in batches of 64 leave one over; choose another batch size, or one sample less`

/** A run in which batch normalisation without pixels comes to a batch of one sample. */
const isLonely = (spec: RunSpec) => lonelyNorms(spec.model, '', spec, trainingSize(spec)).length > 0

describe('batch normalisation over one value per channel', () => {
  it.each<[string, ExperimentKindId, unknown, string[]]>([
    ['one sample over', 'train-on-task', task(65, {}), [`models.0.hidden.1: ${leavesOne}`]],
    ['none over', 'train-on-task', task(64, {}), []],
    ['two over', 'train-on-task', task(66, {}), []],
    ['a batch larger than the data', 'train-on-task', task(63, {}), []],
    [
      'batches of one',
      'train-on-task',
      task(64, { batchSize: 1 }),
      [`models.0.hidden.1: ${needs('layer1')} 64 training samples in batches of 1; choose another batch size`],
    ],
    [
      'one sample in all',
      'train-on-task',
      task(1, { batchSize: 'full' }),
      [`models.0.hidden.1: ${needs('layer1')} 1 training sample in each step; choose more samples`],
    ],
    ['an end before the last batch', 'train-on-task', task(65, { maxSteps: 1 }), []],
    ['an end with the last batch', 'train-on-task', task(65, { maxSteps: 2 }), [`models.0.hidden.1: ${leavesOne}`]],
    [
      'a block',
      'train-on-task',
      task(65, {}, [{ label: 'Normed', hidden: 'dense 8, residual (dense 8, batch norm)' }]),
      [`models.0.hidden.1.layers.1: ${leavesOne.replace('layer1', 'layer1.1')}`],
    ],
    ['images', 'train-on-task', task(65, {}, [{ label: 'Normed', hidden: 'conv 4 3x3, batch norm, dense 8' }]), []],
    [
      'images of one pixel',
      'train-on-task',
      task(65, {}, [{ label: 'Normed', hidden: 'conv 4 28x28, batch norm, dense 8' }]),
      [`models.0.hidden.1: ${leavesOne}`],
    ],
    [
      'a function',
      'simulate-function',
      { targets: [{ expression: 'x' }], data: { points: 65 }, models: normed, training: { batchSize: 64 } },
      [`models.0.hidden.1: ${leavesOne}`],
    ],
    [
      'another kind',
      'weight-trajectory',
      { task: { type: 'function', expression: 'x', points: 65 }, models: normed, training: { batchSize: 64 } },
      [`models.0.hidden.1: ${leavesOne}`],
    ],
    [
      'batch sizes that vary',
      'sensitivity',
      {
        task: { type: 'dataset', name: 'digits', trainSize: 65 },
        models: normed,
        vary: { what: 'batchSize', values: [5, 64] },
      },
      [`vary.values.1: ${leavesOne}`],
    ],
  ])('%s', (_, kind, spec, expected) => {
    expect(problems(kind, spec)).toEqual(expected)
    // A quick look at what cannot be is refused at the same place.
    if (expected.length > 0) expect(problems(kind, spec, true)).toEqual(expected)
  })

  it('is not met by a quick look at what can be trained', () => {
    for (const batchSize of [2, 3, 7, 11, 31, 33, 73, 341, 511, 1023]) {
      const spec = {
        targets: [{ expression: 'x' }],
        data: { points: 1_000_000 - (1_000_000 % batchSize === 1 ? 1 : 0) },
        models: normed,
        training: { batchSize },
      }
      expect([batchSize, ...problems('simulate-function', spec, true)]).toEqual([batchSize])
    }
    // 6,000 digits are left of these, and one over.
    for (const batchSize of [7, 857, 5999]) {
      expect(problems('train-on-task', task(10_000, { batchSize }), true)).toEqual([])
      const digits = { type: 'dataset', name: 'digits' }
      const training = { optimizer, batchSize, epochs: 2 }
      expect(problems('gradient-norm', { task: digits, models: normed, training }, true)).toEqual([])
    }
    const vary = { what: 'batchSize', values: [7, 857, 5999, 9000] }
    expect(problems('sensitivity', { task: { type: 'dataset', name: 'digits' }, models: normed, vary }, true)).toEqual(
      [],
    )
  })

  it('is not met by the networks between two batch sizes', () => {
    const between = {
      task: { type: 'function', expression: 'x', points: 65 },
      models: normed,
      differ: { what: 'batchSize', values: [60, 5] },
      between: 10,
    }
    const { runs } = experimentKinds.interpolation.plan(parseSpec('interpolation', between))
    // Of 5, 10, 15, ... 60, the four that leave one over; none does where one is added.
    expect([...new Set(runs.map(({ spec }) => batchSamples(spec)))]).toEqual([
      60, 5, 55, 50, 45, 40, 35, 30, 25, 20, 15, 10,
    ])
    const lonely = { ...between, differ: { what: 'batchSize', values: [33, 31] }, between: 1 }
    const shifted = experimentKinds.interpolation.plan(parseSpec('interpolation', lonely))
    expect(shifted.runs.some(({ spec }) => isLonely(spec))).toBe(false)
  })

  it('is in no preset, nor in its quick look', () => {
    for (const kind of experimentKindIds) {
      const { presets, plan, quick } = experimentKinds[kind]
      for (const { name, spec } of presets) {
        const runs = [...plan(spec).runs, ...plan(quick(spec)).runs]
        expect([kind, name, runs.filter((run) => isLonely(run.spec)).length]).toEqual([kind, name, 0])
      }
    }
  })

  it('leaves a cut data set as large as it can be', () => {
    expect([65, 66, 1, 2, 3].map((samples) => withoutLonelyBatch(samples, [64, 'full']))).toEqual([64, 66, 1, 2, 3])
    expect(withoutLonelyBatch(31, [3, 5])).toBe(30)
    expect(withoutLonelyBatch(11, [5, 3])).toBe(9)
  })
})
