import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { experimentKindIds, type ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds, parseSpec, presetSpec } from '../../../shared/experiments/registry'
import type { RunSpec } from '../../../shared/experiments/run-spec'
import { datasets } from '../../../shared/data/datasets'
import { flopsPerSample } from '../../../shared/models/model'

/** Samples trained on, and multiplications for them, of one run. */
function work(spec: RunSpec): { steps: number; flops: number } {
  const points =
    spec.data.type === 'function' ? spec.data.points : (spec.data.trainSize ?? datasets[spec.data.dataset].trainSize)
  const batch = spec.batchSize === 'full' ? points : Math.min(points, spec.batchSize)
  const steps = Math.min(spec.maxSteps ?? Infinity, Math.ceil(points / batch) * spec.epochs)
  return { steps, flops: steps * batch * flopsPerSample(spec.model) }
}

function quick(kind: ExperimentKindId, spec: unknown): { spec: unknown; steps: number; flops: number; runs: number } {
  const parsed = parseSpec(kind, spec)
  const quickSpec = experimentKinds[kind].quick(parsed)
  const { runs } = experimentKinds[kind].plan(quickSpec)
  const all = runs.map((run) => work(run.spec))
  const sum = (key: 'steps' | 'flops'): number => all.reduce((total, one) => total + one[key], 0)
  return { spec: quickSpec, runs: runs.length, steps: sum('steps'), flops: sum('flops') }
}

/** Two slow cores for a minute: 2 billion multiplications and 25,000 steps a second each. */
const affordable = { flops: 2 * 60 * 1e10, steps: 2 * 60 * 62_500, runs: 60 }

const layer = fc.record({
  type: fc.constant('dense'),
  units: fc.integer({ min: 1, max: 3000 }),
  activation: fc.constantFrom('relu', 'sin'),
})
/** What a spec needs so that networks of any size are possible. */
const anySize: Partial<Record<ExperimentKindId, object>> = {
  'critical-point': { search: { methods: ['lbfgs', 'adam'] }, spectrum: 'lanczos' },
  'parameter-count': { sizes: { counts: [] } },
}

const sweeps = ['simulate-function', 'train-on-task']

const anySpec = (leastModels: number) =>
  fc.record({
    training: fc.record({
      epochs: fc.integer({ min: 1, max: 1_000_000 }),
      batchSize: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constant('full')),
    }),
    models: fc
      .array(fc.array(layer, { maxLength: 5 }), { minLength: leastModels, maxLength: 24 })
      .map((models) => models.map((hidden, index) => ({ label: `M${index}`, hidden }))),
    sweep: fc.record({
      optimizers: fc.subarray(['sgd', 'rmsprop', 'adam']),
      learningRates: fc.subarray([1, 0.1, 0.01, 1e-3, 1e-4]),
    }),
    seeds: fc.integer({ min: 1, max: 5 }),
  })

describe('a quick look', () => {
  it.each(experimentKindIds)(
    'at %s is a valid spec that fits into a minute on two slow cores, whatever was asked',
    (kind) => {
      fc.assert(
        fc.property(anySpec(kind === 'parameter-count' ? 2 : 1), ({ sweep, ...common }) => {
          const asked = { ...common, ...(sweeps.includes(kind) ? { sweep } : {}), ...anySize[kind] }
          const found = quick(kind, asked)
          expect(parseSpec(kind, JSON.parse(JSON.stringify(found.spec)))).toEqual(
            JSON.parse(JSON.stringify(found.spec)),
          )
          expect(found.runs).toBeLessThanOrEqual(affordable.runs)
          expect(found.flops).toBeLessThanOrEqual(affordable.flops)
          expect(found.steps).toBeLessThanOrEqual(affordable.steps)
        }),
        { numRuns: 60 },
      )
    },
  )

  it.each(experimentKindIds)(
    'at every preset of %s is not more than the preset, and not less the second time',
    (kind) => {
      for (const preset of experimentKinds[kind].presets) {
        const once = experimentKinds[kind].quick(preset.spec)
        expect(experimentKinds[kind].quick(once)).toEqual(once)
        const whole = experimentKinds[kind].plan(preset.spec).runs
        expect(quick(kind, preset.spec).steps).toBeLessThanOrEqual(
          whole.reduce((sum, run) => sum + work(run.spec).steps, 0),
        )
      }
    },
  )

  it('keeps the functions, models and optimizers of a report and the ends of its sweep', () => {
    const { spec } = quick('simulate-function', {
      ...(presetSpec('simulate-function', 'report-0') as object),
      sweep: { optimizers: ['adam', 'sgd'], learningRates: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1] },
    })
    expect(spec).toMatchObject({
      targets: [{}, {}, {}],
      models: [{}, {}, {}],
      sweep: { optimizers: ['adam', 'sgd'], learningRates: [1e-5, 1e-3, 1e-1] },
      seeds: 1,
    })
  })

  it('evaluates often enough to draw a curve', () => {
    const { spec } = quick('train-on-task', { training: { epochs: 1000 }, evaluateEveryEpochs: 500 })
    const { training, evaluateEveryEpochs } = spec as { training: { epochs: number }; evaluateEveryEpochs: number }
    expect(training.epochs / evaluateEveryEpochs).toBeGreaterThanOrEqual(10)
  })
})
