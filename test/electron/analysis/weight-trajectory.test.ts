import { beforeAll, describe, expect, it } from 'vitest'
import { weightTrajectoryAnalysis, type WeightTrajectoryResult } from '../../../shared/analyses/weight-trajectory'
import { decode } from '../../../shared/api/codec'
import { denseLayers } from '../../../shared/experiments/model-groups'
import { planWeightTrajectory } from '../../../shared/experiments/weight-trajectory/plan'
import { weightTrajectorySchema } from '../../../shared/experiments/weight-trajectory/spec'
import { principalCoordinates } from '../../../shared/math/pca'
import { largestError } from '../../golden/closeness'
import { ask, engine, subject, trained, type Subject } from './ask'
import { runSamples } from '../../../electron/datasets/run-samples'

const plan = planWeightTrajectory(
  weightTrajectorySchema.parse({
    task: { type: 'function', expression: 'cos(x)', domain: [-3, 3], points: 40 },
    models: [{ label: '1-6-3-1', hidden: 'dense 6 tanh, dense 3 tanh' }],
    training: { optimizer: { type: 'adam', learningRate: 0.01 }, batchSize: 16, epochs: 5 },
    snapshots: { every: 1 },
    layers: ['layer1', 'layer2'],
    seeds: 3,
  }),
)
const question = plan.analyses![0]!.spec as Parameters<typeof weightTrajectoryAnalysis.check>[0]
const analyse = (subjects: readonly Subject[], changes = {}, options = {}) =>
  ask<WeightTrajectoryResult>('weight-trajectory', { ...question, ...changes }, subjects, options)

const parameterCount = 12 + 21 + 4

describe('the analysis of weight trajectories', () => {
  let runs: Subject[]

  beforeAll(async () => {
    runs = await Promise.all(plan.runs.map(({ label, spec }, position) => trained(label, spec, position)))
  })

  it('projects the snapshots of all runs, whole and layer by layer', async () => {
    const { result, summary } = await analyse(runs)
    const vectors = runs.flatMap(({ snapshots }) => snapshots.map(({ parameters }) => parameters))
    expect(vectors).toHaveLength(18)
    expect(result.projections.map(({ layer, parameters }) => [layer, parameters])).toEqual([
      [null, parameterCount],
      ['layer1', 21],
      ['layer2', 4],
    ])
    const parts = [vectors, vectors.map((all) => all.slice(12, 33)), vectors.map((all) => all.slice(33))]
    result.projections.forEach(({ coordinates, explained, randomWalk }, i) => {
      const expected = principalCoordinates(parts[i]!, 3)
      expect(largestError(coordinates, expected.coordinates)).toBeLessThan(1e-9)
      expect(largestError(explained.slice(0, 3), expected.explained)).toBeLessThan(1e-9)
      expect(randomWalk!.coordinates).toHaveLength(3 * 18)
      expect(randomWalk!.explained.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12)
    })
    expect([...result.points.run]).toEqual([0, 1, 2].flatMap((run) => Array.from({ length: 6 }, () => run)))
    expect([...result.points.epoch].slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 0])
    expect(summary).toMatchObject({ snapshots: 18, trainings: 3, leftOut: 0, parameters: parameterCount })
    expect(summary['explainedVariance']).toEqual(result.projections[0]!.explained.slice(0, 3))
    expect(Object.keys(summary)).toEqual(expect.arrayContaining(['explainedVariance.layer2', 'randomWalk.layer1']))
  })

  it('evaluates each snapshot on the test set of its run', async () => {
    const { result } = await analyse(runs)
    const { model, loss, optimizer } = runs[1]!.run.spec
    const session = engine.createSession({ model, loss, optimizer })
    session.setSamples('test', (await runSamples(runs[1]!.run.spec, [])).test)
    session.setParameters(runs[1]!.snapshots[4]!.parameters)
    expect(result.points.loss[6 + 4]).toBe(session.evaluate('test').loss)
    session.dispose()
    expect([...result.points.accuracy].every(Number.isNaN)).toBe(true)
  })

  it('leaves biases out where they do not count', async () => {
    const { result } = await analyse(runs, { biases: false, randomWalk: false })
    expect(result.projections.map(({ parameters }) => parameters)).toEqual([6 + 18 + 3, 18, 3])
    expect(result.projections.some(({ randomWalk }) => randomWalk)).toBe(false)
    const weights = runs.flatMap(({ snapshots }) => snapshots.map(({ parameters }) => parameters.slice(12, 30)))
    expect(largestError(result.projections[1]!.explained, principalCoordinates(weights, 10).explained)).toBeLessThan(
      1e-9,
    )
  })

  it('gives the same walk for the same seed and another for another', async () => {
    const walks = await Promise.all([1, 1, 2].map((seed) => analyse(runs, { seed, layers: [] })))
    const [one, same, other] = walks.map(({ result }) => result.projections[0]!.randomWalk)
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('goes on where it was stopped, with the losses it had', async () => {
    let partial: WeightTrajectoryResult | undefined
    const stopped = analyse(
      runs,
      {},
      {
        onReport: ((report, job) => {
          if (!report.partial) return
          partial = decode(report.partial) as WeightTrajectoryResult
          if (report.share > 0.4) job.stop()
        }) satisfies NonNullable<Parameters<typeof ask>[3]>['onReport'],
      },
    )
    await expect(stopped).rejects.toMatchObject({ code: 'engine/canceled' })
    expect(Number.isFinite(partial!.points.loss[0])).toBe(true)
    expect(Number.isNaN(partial!.points.loss.at(-1))).toBe(true)
    partial!.points.loss[0] = 42
    const { result } = await analyse(runs, {}, { previous: partial })
    expect(result.points.loss[0]).toBe(42)
    expect([...result.points.loss].every(Number.isFinite)).toBe(true)
  })

  it('leaves out runs that diverged, and says so', async () => {
    const [first, second, third] = runs as [Subject, Subject, Subject]
    const diverged: Subject = { ...second, run: { ...second.run, status: 'diverged' } }
    const broken = third.snapshots.map((snapshot) => ({ ...snapshot, parameters: Float32Array.of(NaN) }))
    const { result, summary } = await analyse([first, diverged, { ...third, snapshots: broken }])
    expect(result.runs.map(({ label }) => label)).toEqual([first.run.label])
    expect(result.leftOut.map(({ label, reason }) => [label, reason])).toEqual([
      [second.run.label, 'diverged'],
      [third.run.label, 'diverged'],
    ])
    expect(summary['leftOut']).toBe(2)
    await expect(analyse([diverged])).rejects.toThrow(/All of these trainings diverged/)
  })

  it('refuses a single snapshot, left over where others were deleted', async () => {
    const last = runs.map(({ run, snapshots }) => ({ run, snapshots: snapshots.slice(-1) }))
    await expect(analyse(last)).rejects.toMatchObject({
      code: 'snapshot/missing',
      message: expect.stringMatching(/Only one snapshot is left of 1-6-3-1, seed 0, .*Train again with snapshots/),
    })
    const { result } = await analyse([runs[0]!, last[1]!])
    expect(result.leftOut.map(({ reason }) => reason)).toEqual(['one snapshot'])
  })

  it('refuses snapshots that are all equal, and draws no layer that stood still', async () => {
    const still = (parameters: Float64Array[]): Subject =>
      subject(
        'still',
        plan.runs[0]!.spec,
        parameters.map((each, step) => ({ step, epoch: step, parameters: each })),
      )
    const weights = new Float64Array(parameterCount).fill(0.3)
    await expect(analyse([still([weights, weights, weights])])).rejects.toThrow(/All 3 snapshots are equal/)
    const moved = weights.map((value, i) => (i === 0 ? value + 1 : value))
    const { result } = await analyse([still([weights, moved])])
    expect(result.projections.map(({ explained }) => explained)).toEqual([[expect.closeTo(1, 12)], [], []])
  })
})

describe('runs that cannot be asked for their trajectories', () => {
  const asked = plan.runs.map(({ label, spec }) => ({ label, spec, parameterCount }))
  const checked = (runs: Parameters<typeof weightTrajectoryAnalysis.check>[1], changes = {}) => {
    return () => weightTrajectoryAnalysis.check({ ...question, ...changes }, runs)
  }

  it('are those with unlike networks', () => {
    const [first, second] = asked as [(typeof asked)[0], (typeof asked)[0]]
    const layers = second.spec.model.layers.slice(1)
    const other = { ...second, label: 'Other', spec: { ...second.spec, model: { ...second.spec.model, layers } } }
    expect(checked(asked)).not.toThrow()
    expect(checked([first, other])).toThrow('Other has another network than 1-6-3-1, seed 0')
  })

  it('are those without snapshots along the way, or without the layer', () => {
    const { record: _record, ...spec } = asked[0]!.spec
    expect(checked([{ ...asked[0]!, spec }])).toThrow(/kept only the weights it ended with/)
    expect(checked(asked, { layers: ['layer7'] })).toThrow('has no weights in layer7; there are layer0, layer1, layer2')
  })

  it('are those with too many snapshots for memory', () => {
    const [{ label, spec }] = asked as [(typeof asked)[0]]
    const every = { ...spec, epochs: 2000 }
    expect(checked([{ label, spec: every, parameterCount }])).toThrow(/these trainings make 2,001 snapshots/)
    const layers = [...denseLayers([400, 4000]), ...spec.model.layers]
    const large = { ...spec, model: { ...spec.model, layers }, epochs: 900 }
    expect(checked([{ label, spec: large, parameterCount }])).toThrow(/take 5\.9 GB of memory, and at most 4\.0 GB/)
  })
})
