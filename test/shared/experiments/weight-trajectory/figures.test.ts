import { describe, expect, it } from 'vitest'
import type { WeightTrajectoryQuestion, WeightTrajectoryResult } from '../../../../shared/analyses/weight-trajectory'
import { experimentKinds } from '../../../../shared/experiments/registry'
import type { ViewChoices } from '../../../../shared/experiments/kind'
import type { ExperimentResults } from '../../../../shared/experiments/results'
import type { LineFigure, ScatterFigure, SpaceFigure } from '../../../../shared/figures/figure'
import { madeResults, seriesData } from '../../../support/made-results'
import { withAnalyses } from '../../../support/made-analyses'

const kind = experimentKinds['weight-trajectory']

const spec = {
  task: { type: 'dataset', name: 'digits' },
  models: [{ label: '784-8-10', hidden: 'dense 8' }],
  layers: ['layer1'],
  seeds: 3,
}

/** Runs with two snapshots each; run r is at (r, step, r·step) and a layer twice as far. */
function madeResult({ runs }: ExperimentResults, question: WeightTrajectoryQuestion): WeightTrajectoryResult {
  const kept = runs.slice(0, 2).map(({ run: { runId, label, seed } }) => ({ runId, label, seed }))
  const projected = (scale: number) => ({
    coordinates: Float64Array.from([0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1], (value) => scale * value),
    explained: [0.6321, 0.2, 0.1],
  })
  return {
    runs: kept,
    points: {
      run: Float64Array.of(0, 0, 1, 1),
      step: Float64Array.of(0, 189, 0, 189),
      epoch: Float64Array.of(0, 3, 0, 3),
      loss: Float64Array.of(2.31, 0.4567, NaN, NaN),
      accuracy: Float64Array.of(0.1, 0.97123, NaN, NaN),
    },
    projections: [null, ...question.layers].map((layer, i) => ({
      layer,
      parameters: 1000 - i,
      ...projected(i + 1),
      randomWalk: { ...projected(5), explained: [0.58, 0.3, 0.1] },
    })),
    leftOut: runs.slice(2).map(({ run: { runId, label } }) => ({ runId, label, reason: 'diverged' })),
  }
}

function madeWith(
  changes: object,
  result: (results: ExperimentResults, question: WeightTrajectoryQuestion) => WeightTrajectoryResult | null,
): ExperimentResults {
  const results = madeResults('weight-trajectory', { ...spec, ...changes }, () => ({
    stepsPerEpoch: 63,
    series: { testAccuracy: seriesData([63, 126], [0.5, 0.9]) },
  }))
  return withAnalyses(results, ({ spec: question }) => ({
    result: result(results, question as WeightTrajectoryQuestion),
  }))
}

const finished = madeWith({}, madeResult)
const figures = (view?: ViewChoices, results = finished) => kind.figures(results, view)

describe('figures of weight trajectories', () => {
  it('are ways and walks of the model and of each layer, explained variance and accuracy', () => {
    expect(figures().map(({ figureId, type, title }) => [figureId, type, title])).toEqual([
      ['trajectory-model', 'scatter', 'Trajectories of the whole model'],
      ['random-walk-model', 'scatter', 'Random walks instead of the whole model'],
      ['trajectory-layer1', 'scatter', 'Trajectories of layer1 (8 → 10)'],
      ['random-walk-layer1', 'scatter', 'Random walks instead of layer1 (8 → 10)'],
      ['explained-variance-model', 'lines', 'Explained variance'],
      ['accuracy-model', 'lines', 'Test accuracy'],
    ])
  })

  it('join the snapshots of a training in its colour, with accuracies beside them and all else in the tooltip', () => {
    const [ways] = figures() as [ScatterFigure]
    expect(ways.groups.map(({ key, color, joined, x, y }) => [key, color, joined, [...x], [...y]])).toEqual([
      ['seed 0', 0, true, [0, 0], [0, 1]],
      ['seed 1', 1, true, [1, 1], [0, 1]],
    ])
    expect(ways.groups.map(({ labels }) => labels)).toEqual([
      ['10.0', '97.1'],
      ['', ''],
    ])
    expect(ways.groups[0]!.notes![1]).toBe('epoch: 3\niteration: 189\ntest accuracy: 97.12 %\ntest loss: 0.457')
    expect([ways.x.label, ways.x.column]).toEqual([
      'principal component 1 (63.2 % of variance)',
      'principal component 1',
    ])
    expect(ways.groups[0]!.columns!.epoch![1]).toBe(3)
    expect(ways.groups[0]!.columns!['test accuracy (%)']![1]).toBeCloseTo(97.12, 1)
    expect(ways.equalScales).toBe(true)
    expect(ways.subtitle).toBe(
      '4 snapshots of 2 trainings, 1,000 numbers each; numbers: test accuracy (%); left out: 784-8-10, seed 2 (diverged)',
    )
  })

  it('follow what was chosen: a layer, three dimensions, other labels, one training', () => {
    const [layer, ...others] = figures({ layer: 'layer1', dimensions: '3', annotate: 'loss' }) as [SpaceFigure]
    expect([layer.type, layer.figureId, others.length]).toEqual(['space', 'trajectory-layer1', 3])
    expect([...layer.paths[1]!.z]).toEqual([0, 2])
    expect(layer.paths[0]!.labels).toEqual(['2.3', '0.46'])
    const training = finished.runs[1]!.run.runId
    const [one] = figures({ training, layer: 'model', annotate: 'epoch' }) as [ScatterFigure]
    expect(one.groups.map(({ key, color, labels }) => [key, color, labels])).toEqual([['seed 1', 1, ['0', '3']]])
    expect((figures({ annotate: 'none' })[0] as ScatterFigure).groups[0]!.labels).toEqual(['', ''])
  })

  it('draw shares of the variance in per cent, those of walks dashed in the same colour', () => {
    const variance = figures().find(({ figureId }) => figureId.startsWith('explained')) as LineFigure
    expect(variance.lines.map(({ key, color, style }) => [key, color, style])).toEqual([
      ['whole model', 0, 'line'],
      ['whole model, random walk', 0, 'dashed'],
      ['layer1', 1, 'line'],
      ['layer1, random walk', 1, 'dashed'],
    ])
    expect([...variance.lines[0]!.x]).toEqual([1, 2, 3])
    expect(variance.lines[0]!.y[0]).toBeCloseTo(63.21, 10)
  })

  it('are the same before there is a result, but empty', () => {
    const before = madeWith({}, () => null)
    expect(figures({}, before).map(({ figureId }) => figureId)).toEqual(figures().map(({ figureId }) => figureId))
    const [ways] = figures({}, before) as [ScatterFigure]
    expect([ways.groups, ways.emptyText]).toEqual([[], 'appears when the trainings have ended'])
    expect(ways.x.label).toBe('principal component 1')
  })

  it('say where weights stood still, and leave walks out that were not asked for', () => {
    const still = madeWith({ randomWalk: false }, (results, question) => {
      const result = madeResult(results, question)
      const projections = result.projections.map(({ randomWalk: _walk, ...own }) => ({ ...own, explained: [] }))
      return { ...result, projections }
    })
    const [ways, layer] = figures({}, still) as [ScatterFigure, ScatterFigure]
    expect([ways.groups, ways.emptyText]).toEqual([[], 'these weights did not change in any training'])
    expect(layer.figureId).toBe('trajectory-layer1')
  })

  it('name the model where there are several, and keep their ids apart', () => {
    const models = [
      { label: 'One', hidden: 'dense 8' },
      { label: 'Two', hidden: '' },
    ]
    const both = madeWith({ models }, madeResult)
    const ids = figures({}, both).map(({ figureId }) => figureId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain('trajectory-1-two-model')
    expect(figures({}, both)[0]!.title).toBe('One: trajectories of the whole model')
    // The second model has one layer only.
    expect(both.analyses.map(({ analysis }) => (analysis.spec as WeightTrajectoryQuestion).layers)).toEqual([
      ['layer1'],
      [],
    ])
  })

  it('offer what can be chosen', () => {
    const controls = kind.controls!(finished)
    expect(controls.map(({ key, default: first }) => [key, first])).toEqual([
      ['layer', 'all'],
      ['dimensions', '2'],
      ['annotate', 'accuracy'],
      ['training', 'all'],
    ])
    expect(controls[3]!.options!.map(({ label }) => label)).toEqual(['All', 'seed 0', 'seed 1', 'seed 2'])
    const ofFunction = madeWith({ task: { type: 'function', expression: 'x' }, layers: [] }, () => null)
    expect(kind.controls!(ofFunction).map(({ key, default: first }) => [key, first])).toEqual([
      ['dimensions', '2'],
      ['annotate', 'loss'],
      ['training', 'all'],
    ])
  })
})
