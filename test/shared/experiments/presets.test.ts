import { describe, expect, it } from 'vitest'
import { experimentKindIds } from '../../../shared/experiments/kind'
import { experimentKind, experimentKinds, parseSpec, presetSpec } from '../../../shared/experiments/registry'
import type { ParameterCountSpec } from '../../../shared/experiments/parameter-count/spec'
import { runSpecSchema } from '../../../shared/experiments/run-spec'
import { architectureLabel, parameterCount } from '../../../shared/models/model'
import { learningRateOf } from '../../../shared/models/optimizer'

const every = experimentKindIds.flatMap((kind) => experimentKinds[kind].presets.map((preset) => ({ kind, preset })))

/** Distinct networks of a preset with their size. */
function networks(kind: (typeof experimentKindIds)[number], name: string): [string, number][] {
  const models = experimentKinds[kind].plan(presetSpec(kind, name)).runs.map(({ spec }) => spec.model)
  return [...new Map(models.map((model) => [architectureLabel(model), parameterCount(model)]))]
}

describe.each(every)('the preset $preset.name of $kind', ({ kind, preset }) => {
  it('is a valid spec that parsing leaves as it is', () => {
    expect(parseSpec(kind, JSON.parse(JSON.stringify(preset.spec)))).toEqual(preset.spec)
  })

  it('makes valid runs with labels of their own', () => {
    const { runs } = experimentKinds[kind].plan(preset.spec)
    for (const run of runs) expect(runSpecSchema.parse(run.spec)).toEqual(run.spec)
    expect(new Set(runs.map((run) => run.label)).size).toBe(runs.length)
    expect(runs.length).toBeGreaterThan(0)
  })

  it('has a name, a title and a description', () => {
    expect(preset.name).toMatch(/^[a-z0-9-]+$/)
    expect(preset.title.length).toBeLessThan(80)
    expect(preset.description.endsWith('.')).toBe(true)
    expect(experimentKinds[kind].name(preset.spec).length).toBeGreaterThan(5)
  })
})

it('presets of a kind have distinct names and begin with the default', () => {
  for (const kind of experimentKindIds) {
    const names = experimentKinds[kind].presets.map((preset) => preset.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names[0]).toBe('default')
    expect(parseSpec(kind, {})).toEqual(presetSpec(kind, 'default'))
  }
})

it('functions are learnt by networks of the sizes that the reports name', () => {
  expect(networks('simulate-function', 'default')).toEqual([
    ['1-5-10-10-10-10-10-5-1', 571],
    ['1-190-1', 571],
  ])
  expect(networks('simulate-function', 'report-0')).toEqual([
    ['1-13-19-13-1', 566],
    ['1-12-10-12-10-12-1', 561],
    ['1-9-9-9-9-9-9-9-1', 568],
  ])
  expect(networks('simulate-function', 'report-1').map(([, count]) => count)).toEqual([571, 571])
  expect(networks('simulate-function', 'report-2').map(([label]) => label)).toEqual(['1-128-1', '1-1024-1', '1-28-1'])
  expect(networks('simulate-function', 'report-3').map(([, count]) => count)).toEqual([1000, 1000, 1000])
  expect(networks('simulate-function', 'report-4')).toEqual([
    ['1-5-10-10-10-10-10-5-1', 571],
    ['1-10-18-15-4-1', 572],
    ['1-190-1', 571],
  ])
})

it('tasks are learnt by networks of the sizes that the reports name', () => {
  expect(networks('train-on-task', 'mnist-784-128-10')).toEqual([['784-128-10', 101_770]])
  expect(networks('train-on-task', 'mnist-784-256-256-10')).toEqual([['784-256-256-10', 269_322]])
  expect(networks('train-on-task', 'report-1')).toEqual([
    ['784-100-200-200-200-200-200-100-10', 280_610],
    ['784-353-10', 280_645],
    ['1x28x28-conv16k3p1-pool2-conv32k3p1-pool2-128-10', 206_922],
    ['1x28x28-conv16k3p1-pool2-conv32k3p1-pool2-conv64k3p1-pool2-128-10', 98_442],
  ])
  expect(networks('train-on-task', 'report-2').map(([label]) => label)).toEqual(['784-128-10', '784-128-64-10'])
  expect(networks('train-on-task', 'report-3')).toEqual([
    ['784-30-10', 23_860],
    ['784-29-28-10', 23_895],
    ['784-29-24-11-10', 23_880],
  ])
  expect(networks('train-on-task', 'report-0')).toEqual([
    ['3x32x32-conv16k3p1-pool2-conv32k3p1-pool2-128-10', 268_650],
    ['3x32x32-conv32k3p1-pool2-conv64k3p1-pool2-256-10', 1_070_794],
    ['3x32x32-conv16k3p1-pool2-conv32k3p1-pool2-conv64k3p1-pool2-256-10', 288_554],
  ])
  expect(networks('train-on-task', 'report-4')).toEqual([
    ['1x28x28-conv10k5-pool2-conv20k5-pool2-50-10', 21_840],
    ['1x28x28-conv16k3p1-pool2-conv32k3p1-pool2-128-10', 206_922],
    ['1x28x28-conv32k3p1-pool2-conv64k3p1-pool2-conv128k3p1-pool2-256-10', 390_410],
  ])
  expect(networks('train-on-task', 'digits-cnn').map(([, count]) => count)).toEqual([26_698, 27_040])
  const sizes = networks('train-on-task', 'default').map(([, count]) => count)
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(20)
})

it('random labels are learnt by networks of the sizes that the reports name', () => {
  const sizes = (name: string) => networks('random-labels', name)
  expect(sizes('default')).toEqual([['784-256-256-10', 269_322]])
  expect(sizes('mnist-cnn').map(([, count]) => count)).toEqual([206_922])
  expect(sizes('report-0')).toEqual([['784-256-256-256-10', 335_114]])
  expect(sizes('report-1').map(([, count]) => count)).toEqual([280_610])
  expect(sizes('report-2')).toEqual([['784-128-10', 101_770]])
  expect(sizes('report-3')).toEqual([['784-10-15-10', 8_175]])
  expect(sizes('report-4')).toEqual([['784-128-64-10', 109_386]])
})

it('the networks of each size are those of the reports, ten for each', () => {
  expect(networks('parameter-count', 'report-0')).toEqual([
    ['784-32-16-10', 25_818],
    ['784-64-32-10', 52_650],
    ['784-128-64-10', 109_386],
    ['784-256-128-10', 235_146],
    ['784-512-128-10', 468_874],
    ['784-512-256-10', 535_818],
    ['784-1024-256-10', 1_068_810],
    ['784-1024-512-10', 1_333_770],
    ['784-2048-512-10', 2_661_898],
    ['784-4096-1024-10', 7_420_938],
  ])
  const ofWidth = (width: number) => 785 * width + 4 * (width + 1) * width + 10 * (width + 1)
  expect(networks('parameter-count', 'report-1').map(([, count]) => count)).toEqual(
    [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map(ofWidth),
  )
  for (const report of [2, 3, 4]) expect(networks('parameter-count', `report-${report}`)).toHaveLength(10)
  expect(networks('parameter-count', 'mnist').length).toBeGreaterThanOrEqual(10)
})

it('solved sizes lie near the numbers of parameters that were asked for, from thousands on within a percent', () => {
  for (const name of ['mnist', 'report-3', 'depths', 'default']) {
    const { sizes, models } = presetSpec('parameter-count', name) as ParameterCountSpec
    const asked = models.flatMap(() => sizes.counts)
    const counts = networks('parameter-count', name).map(([, count]) => count)
    expect(counts).toHaveLength(asked.length)
    counts.forEach((count, index) => {
      const most = asked[index]! >= 100_000 ? 0.01 : asked[index]! >= 10_000 ? 0.05 : 0.25
      expect(Math.abs(count / asked[index]! - 1), `${asked[index]} as ${count}`).toBeLessThan(most)
    })
  }
})

it('report 0 compares three optimizers at three learning rates on three functions', () => {
  const { runs } = experimentKinds['simulate-function'].plan(presetSpec('simulate-function', 'report-0'))
  expect(runs).toHaveLength(3 * 3 * 9)
  expect(new Set(runs.map(({ spec }) => `${spec.optimizer.type} ${learningRateOf(spec.optimizer)}`))).toEqual(
    new Set(['adam', 'sgd', 'rmsprop'].flatMap((type) => ['0.0001', '0.001', '0.01'].map((rate) => `${type} ${rate}`))),
  )
})

it('report 2 gives each network its optimizer', () => {
  const { runs } = experimentKinds['simulate-function'].plan(presetSpec('simulate-function', 'report-2'))
  expect(runs.slice(0, 3).map(({ spec }) => [spec.optimizer.type, learningRateOf(spec.optimizer)])).toEqual([
    ['sgd', 0.01],
    ['adam', 0.001],
    ['adam', 0.001],
  ])
})

it('unknown kinds and presets are refused with what there is', () => {
  expect(() => experimentKind('simulate')).toThrow(
    "no experiment 'simulate'; there are simulate-function, train-on-task",
  )
  expect(() => presetSpec('train-on-task', 'report-9')).toThrow(
    /no preset 'report-9'; it has default, digits-cnn, mnist-784-128-10/,
  )
})
