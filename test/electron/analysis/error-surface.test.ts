import { describe, expect, it } from 'vitest'
import type { SurfaceResult, SurfaceSpec } from '../../../shared/analyses/error-surface'
import { surfaceSchema } from '../../../shared/analyses/error-surface'
import { decode } from '../../../shared/api/codec'
import { experimentKinds, parseSpec } from '../../../shared/experiments/registry'
import type { RunSpec } from '../../../shared/experiments/run-spec'
import { layerSchema, type Layer } from '../../../shared/models/model'
import { ask, subject, trained, type Subject } from './ask'

const tanh: Layer[] = [
  { type: 'dense', units: 6, activation: 'tanh' },
  { type: 'dense', units: 1, activation: 'linear' },
]

function runSpec(seed = 1, layers = tanh): RunSpec {
  return {
    model: { inputSize: 1, layers, initialization: 'glorot-uniform' },
    data: { type: 'function', expression: 'cos(x)', domain: [-3, 3], points: 64, noise: 0, sampling: 'grid' },
    loss: 'mean-squared-error',
    optimizer: { type: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    epochs: 12,
    batchSize: 16,
    evaluateEveryEpochs: 10,
    seed,
  }
}

function question(changes: Partial<SurfaceSpec> = {}): SurfaceSpec {
  return surfaceSchema.parse({ resolution: 15, ...changes })
}

async function surfaceOf(spec: SurfaceSpec, subjects: Subject[]): Promise<SurfaceResult> {
  return (await ask<SurfaceResult>('error-surface', spec, subjects)).result
}

/** A run that stands still at some weights. */
function still(label: string, weights: number[][], position = 0): Subject {
  const spec = runSpec(1, [{ type: 'dense', units: 1, activation: 'linear' }])
  const snapshots = weights.map((parameters, step) => ({
    step,
    epoch: step,
    parameters: Float64Array.from(parameters),
  }))
  return subject(label, spec, snapshots, position)
}

/** Mean squared error of w x + b for cos x on 64 points, as a network of one layer has it. */
function lineLoss(w: number, b: number): number {
  let sum = 0
  for (let i = 0; i < 64; i++) {
    const x = -3 + (6 * i) / 63
    sum += (Math.fround(w) * Math.fround(x) + b - Math.fround(Math.cos(x))) ** 2
  }
  return sum / 64
}

describe('the analysis of an error surface', () => {
  it('agrees with the formula on a plane through the weights of a linear model', async () => {
    const runs = [still('A', [[0, 0]]), still('B', [[2, 0]], 1), still('C', [[1, 3]], 2)]
    const { axes, values, points, stride } = await surfaceOf(question({ directions: 'runs' }), runs)
    expect(stride).toBe(1)
    expect(axes.map(({ unit }) => unit)).toEqual(['distance', 'distance'])
    // The box of the three, with a tenth of margin.
    expect([...axes[0]!.coordinates].at(0)).toBeCloseTo(-0.1, 12)
    expect([...axes[1]!.coordinates].at(-1)).toBeCloseTo(3.15, 12)
    for (const [at, loss] of values.entries()) {
      const [x, y] = [axes[0]!.coordinates[at % 15]!, axes[1]!.coordinates[Math.floor(at / 15)]!]
      expect(loss / lineLoss(x, y)).toBeCloseTo(1, 6)
    }
    expect(
      points.map(({ label, coordinates }) => [label, coordinates.map((value) => Number(value.toFixed(9)))]),
    ).toEqual([
      ['A', [0, 0]],
      ['B', [2, 0]],
      ['C', [1, 3]],
    ])
    for (const { planeLoss, trueLoss, distance } of points) {
      expect(planeLoss / trueLoss).toBeCloseTo(1, 12)
      expect(distance).toBeCloseTo(0, 12)
    }
  })

  it('follows the line from run to run, and measures the barrier on it', async () => {
    const runs = [still('A', [[-1, 0.5]]), still('B', [[3, 0.5]], 1)]
    const spec = question({ directions: 'runs', dimensions: 1, resolution: 101, span: [-2, 2] })
    const { result, summary } = await ask<SurfaceResult>('error-surface', spec, runs)
    const { coordinates, unit, length } = result.axes[0]!
    expect([unit, length]).toEqual(['share', 4])
    result.values.forEach((loss, i) => expect(loss / lineLoss(-1 + 4 * coordinates[i]!, 0.5)).toBeCloseTo(1, 6))
    // A parabola lies below the straight line between its ends.
    expect(summary).toMatchObject({ barrier: 0, size: [101] })
    expect(summary['minimum']).toBe(Math.min(...result.values))
  })

  it('lays the plane of the main axes through the end of the run, where both losses agree', async () => {
    const run = await trained('A', runSpec())
    const { result, summary, reports } = await ask<SurfaceResult>('error-surface', question(), [run])
    expect(result.points).toHaveLength(13)
    const end = result.points.at(-1)!
    expect(end.coordinates.map((value) => Math.abs(value) < 1e-12)).toEqual([true, true])
    expect(end.planeLoss / end.trueLoss).toBeCloseTo(1, 12)
    expect(result.points[3]!.distance).toBeGreaterThan(0)
    const [first, second] = result.axes
    expect(first!.explained!).toBeGreaterThan(second!.explained!)
    // The whole way lies within the box.
    for (const { coordinates } of result.points) {
      coordinates.forEach((value, axis) => {
        const range = result.axes[axis]!.coordinates
        expect(value).toBeGreaterThan(range[0]!)
        expect(value).toBeLessThan(range.at(-1)!)
      })
    }
    expect(summary['size']).toEqual([15, 15])
    for (const { share } of reports) expect(share > 0 && share <= 1).toBe(true)
  })

  it('has the same numbers with any number of threads, and others for another seed of random directions', async () => {
    const run = await trained('A', runSpec())
    for (const normalization of ['filter', 'none'] as const) {
      const spec = question({ directions: 'random', normalization })
      const one = await surfaceOf(spec, [run])
      const two = (await ask<SurfaceResult>('error-surface', spec, [run], { threads: 2 })).result
      expect(two).toEqual(one)
      const other = await surfaceOf({ ...spec, seed: 1 }, [run])
      expect(other.values[0]).not.toBe(one.values[0])
      // The middle is the end of the run in any case.
      expect(other.values[112]).toBe(one.values[112])
      expect(one.values[112]! / one.points.at(-1)!.trueLoss).toBeCloseTo(1, 14)
    }
  })

  it('gives each filter of a random direction the norm of its weights, and leaves biases where they are', async () => {
    const run = await trained('A', runSpec())
    const weights = run.snapshots.at(-1)!.parameters
    const { axes } = await surfaceOf(question({ directions: 'random', dimensions: 1 }), [run])
    // Six units of one weight each, one unit of six.
    const squares = [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17].reduce((sum, i) => sum + weights[i]! ** 2, 0)
    expect(axes[0]!.length).toBeCloseTo(Math.sqrt(squares), 10)
  })

  it('asks only the first samples where it is told to', async () => {
    const run = await trained('A', runSpec())
    const few = await surfaceOf(question({ samples: 5 }), [run])
    const all = await surfaceOf(question({ samples: 1000 }), [run])
    expect(few.values[0]).not.toBe(all.values[0])
    expect(all).toEqual(await surfaceOf(question(), [run]))
  })

  it('begins coarse, and goes on where it was stopped without computing anything again', async () => {
    const run = await trained('A', runSpec())
    const spec = question({ resolution: 51 })
    let partial: SurfaceResult | undefined
    const stopped = ask('error-surface', spec, [run], {
      onReport: (report, job) => {
        if (!report.partial) return
        partial = decode(report.partial) as SurfaceResult
        job.stop()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'engine/canceled' })
    expect(partial!.stride).toBe(4)
    expect(partial!.values.filter((value) => !Number.isNaN(value))).toHaveLength(14 * 14)
    const whole = await surfaceOf(spec, [run])
    // What was there is taken as it is.
    partial!.values[0] = 1234
    const resumed = await ask<SurfaceResult>('error-surface', spec, [run], { previous: partial })
    expect(resumed.result.values[0]).toBe(1234)
    expect(resumed.result.values.slice(1)).toEqual(whole.values.slice(1))
    // Another plane is another question.
    const other = await ask<SurfaceResult>('error-surface', { ...spec, span: [-2, 2] }, [run], { previous: partial })
    expect(other.result.values[0]).not.toBe(1234)
  })

  it('mixes running statistics between runs, so that both ends are their own', async () => {
    const layers = [
      { type: 'dense', units: 4, activation: 'linear' },
      { type: 'batch-norm', activation: 'tanh' },
      { type: 'dense', units: 1, activation: 'linear' },
    ].map((layer) => layerSchema.parse(layer))
    const runs = [await trained('A', runSpec(1, layers)), await trained('B', runSpec(2, layers), 1)]
    for (const dimensions of [1, 2] as const) {
      const asked = dimensions === 1 ? runs : [...runs, await trained('C', runSpec(3, layers), 2)]
      const { points } = await surfaceOf(question({ directions: 'runs', dimensions }), asked)
      for (const { planeLoss, trueLoss } of points) expect(planeLoss / trueLoss).toBeCloseTo(1, 9)
    }
  })

  it('says what is missing where there is no plane', async () => {
    const advice = 'train it with snapshots along its way, or choose random directions'
    const refused = async (spec: SurfaceSpec, subjects: Subject[]): Promise<string> => {
      const failed = await ask('error-surface', spec, subjects).catch((error: unknown) => error)
      expect(failed).toMatchObject({ code: 'spec/invalid' })
      return (failed as Error).message
    }
    expect(await refused(question(), [still('A', [[1, 2]])])).toBe(
      `A: two main axes need at least 3 snapshots, and there is one; ${advice}`,
    )
    expect(
      await refused(question(), [
        still('A', [
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
      ]),
    ).toBe(`A: its snapshots are all equal: weights that do not move have no main axes; ${advice}`)
    expect(
      await refused(question(), [
        still('A', [
          [1, 2],
          [2, 4],
          [3, 6],
        ]),
      ]),
    ).toMatch('its snapshots lie on a line')
    const between = question({ directions: 'runs', dimensions: 1 })
    expect(await refused(between, [still('A', [[1, 2]]), still('B', [[1, 2]], 1)])).toMatch(
      'ended with the same weights',
    )
    const plane = question({ directions: 'runs' })
    const onLine = [still('A', [[1, 2]]), still('B', [[2, 3]], 1), still('C', [[3, 4]], 2)]
    expect(await refused(plane, onLine)).toMatch('A, B, C ended on one line')
  })

  it('refuses weights that are not finite, and marks losses that are not', async () => {
    await expect(
      surfaceOf(question(), [
        still('A', [
          [1, 2],
          [1, NaN],
          [2, 2],
        ]),
      ]),
    ).rejects.toThrow('A: its weights at step 1 are not finite numbers')
    const spec = question({ directions: 'random', normalization: 'none', dimensions: 1, span: [0, 1e6] })
    const { values } = await surfaceOf(spec, [still('A', [[1e150, 1]])])
    expect([Number.isFinite(values[0]), values[14]]).toEqual([true, Infinity])
  })

  it('is asked of the runs of each reduced preset on functions', async () => {
    const kind = experimentKinds['error-surface']
    for (const { spec: preset } of kind.presets) {
      const given = preset as { task: { type: string }; training: object; snapshots: object }
      if (given.task.type !== 'function') continue
      const small = {
        ...given,
        task: { ...given.task, points: 40 },
        training: { ...given.training, epochs: 6, maxSteps: undefined },
      }
      const quick = kind.quick(parseSpec('error-surface', small))
      const { runs, analyses = [] } = kind.plan(quick)
      const subjects = await Promise.all(runs.map(({ label, spec }, position) => trained(label, spec, position)))
      for (const { spec, runs: positions } of analyses) {
        const asked = positions.map((position) => subjects[position as number]!)
        const { summary } = await ask('error-surface', spec, asked)
        expect(summary['minimum']).toBeGreaterThan(0)
        expect(summary['maximum']).toBeGreaterThan(summary['minimum'] as number)
      }
    }
  })
})
