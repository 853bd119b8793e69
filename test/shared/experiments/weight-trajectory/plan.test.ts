import { describe, expect, it } from 'vitest'
import { experimentKinds, parseSpec, presetSpec } from '../../../../shared/experiments/registry'
import type { RunSpec } from '../../../../shared/experiments/run-spec'
import { architectureLabel, parameterCount } from '../../../../shared/models/model'

const kind = experimentKinds['weight-trajectory']
const planOf = (spec: unknown) => kind.plan(parseSpec('weight-trajectory', spec))
const presetPlan = (name: string) => kind.plan(presetSpec('weight-trajectory', name))

describe('the plan of weight trajectories', () => {
  it('keeps snapshots of each run and asks once for all runs of a model', () => {
    const models = [
      { label: 'One', hidden: 'dense 8' },
      { label: 'Two', hidden: 'dense 4, dense 4' },
    ]
    const { runs, analyses } = planOf({ models, seeds: 2, layers: ['layer0', 'layer2'], firstSeed: 7 })
    expect(runs.map(({ label }) => label)).toEqual(['One, seed 7', 'One, seed 8', 'Two, seed 7', 'Two, seed 8'])
    for (const { spec } of runs) expect(spec.record).toEqual({ snapshots: { every: 3, unit: 'epoch' } })
    const common = { biases: true, randomWalk: true, seed: 7 }
    expect(analyses!.map(({ label, groupIndex, runs: asked, spec }) => [label, groupIndex, asked, spec])).toEqual([
      ['One', 0, [0, 1], { layers: ['layer0'], ...common }],
      ['Two', 1, [2, 3], { layers: ['layer0', 'layer2'], ...common }],
    ])
  })

  it('refuses layers that are not there, at their place', () => {
    expect(() => planOf({ layers: ['layer0', 'layer9'] })).toThrow(
      /layers\.1: no model has weights in layer9; there are layer0, layer1, layer2/,
    )
    expect(() => planOf({ layers: ['second'] })).toThrow(/layers\.0/)
    expect(() => planOf({ layers: ['layer0', 'layer0'] })).toThrow(/a layer is there twice/)
  })

  it('refuses more snapshots than can be projected together', () => {
    expect(() => planOf({ snapshots: { every: 1, unit: 'step' } })).toThrow(
      /make 12,104 snapshots, and at most 1,000 can be/,
    )
  })
})

describe('presets of weight trajectories', () => {
  const network = (name: string) => {
    const { model } = presetPlan(name).runs[0]!.spec
    return [architectureLabel(model), parameterCount(model)]
  }

  it('have the networks that they name', () => {
    expect(
      ['default', 'function', 'mnist', 'report-0', 'report-1', 'report-2', 'report-3', 'report-4'].map(network),
    ).toEqual([
      ['784-32-16-10', 25_818],
      ['1-10-10-1', 141],
      ['784-128-64-10', 109_386],
      ['784-128-64-10', 109_386],
      ['784-100-200-200-200-200-200-100-10', 280_610],
      ['784-128-10', 101_770],
      ['1-5-3-1', 32],
      ['784-128-32-10', 104_938],
    ])
    expect(network('cifar-cnn')).toEqual(['3x32x32-conv32k3p1-pool2-conv64k3p1-pool2-256-10', 1_070_794])
  })

  it('train eight times, and keep weights as the reports did', () => {
    const settings = ({ epochs, batchSize, optimizer, record }: RunSpec) => [
      epochs,
      batchSize,
      optimizer.type,
      'learningRate' in optimizer && optimizer.learningRate,
      record!.snapshots!.every,
    ]
    const reports = [0, 1, 2, 3, 4].map((report) => presetPlan(`report-${report}`))
    for (const { runs } of reports) expect(runs).toHaveLength(8)
    expect(reports.map(({ runs }) => settings(runs[0]!.spec))).toEqual([
      [15, 64, 'adam', 0.001, 3],
      [21, 64, 'adam', 1e-4, 3],
      [15, 128, 'sgd', 0.001, 3],
      [30, 'full', 'adam', 0.001, 3],
      [15, 64, 'adam', 0.001, 3],
    ])
    const layers = reports.map(({ analyses }) => (analyses![0]!.spec as { layers: string[] }).layers)
    expect(layers).toEqual([['layer0'], ['layer1'], ['layer1'], ['layer1'], ['layer1']])
    expect(reports[3]!.analyses![0]!.spec).toMatchObject({ biases: false })
  })
})
