/** What leaves with `basin export --data`, and whole specs with `basin kinds`, as a person gets them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import type { Estimate } from '../../../shared/api/lab-api'
import { runSamples } from '../../../electron/datasets/run-samples'
import type { EngineSession } from '../../../electron/engines/engine'
import { loadEngine } from '../../../electron/engines/index'
import { weightsFrom } from '../../../electron/weights/model-tensors'
import { decodeTensors, type Tensor, type TensorFile } from '../../../electron/weights/safetensors'
import { parseSpec } from '../../../shared/experiments/registry'
import { initialParameters } from '../../../shared/models/initialization'
import { mean } from '../../../shared/math/mean'
import { runSpecSchema, type RunSpec } from '../../../shared/experiments/run-spec'
import { BasinHome } from '../../support/basin-process'

let home: BasinHome
let scratch: string

beforeAll(() => {
  home = new BasinHome()
  scratch = mkdtempSync(join(tmpdir(), 'basin-data-'))
})

afterAll(() => {
  home.remove()
  rmSync(scratch, { recursive: true, force: true })
})

describe('exported data', () => {
  it('have samples, first weights, every series and every eigenvalue', async () => {
    const words = ['task={"type":"function","expression":"sin(3*x)","points":32,"noise":0.1}', 'search.maxSteps=20']
    const model = 'models=[{"label":"Small","hidden":"dense 3 tanh"}]'
    const set = [...words, model, 'training.epochs=5'].flatMap((word) => ['--set', word])
    const report = await home.json<ExperimentReport>(['run', 'critical-point', '--seeds', '1', ...set])
    const { code } = await home.run(['export', report.experimentId, '--data', scratch])
    expect(code).toBe(0)
    const files = readdirSync(scratch)
    expect(files.every((file) => file.endsWith('-data.safetensors'))).toBe(true)
    const read = (begins: string) =>
      decodeTensors(
        readFileSync(
          join(
            scratch,
            files.find((file) => file.startsWith(begins))!,
          ),
        ),
      )
    const run = report.runs[0]!
    const { tensors, metadata } = read(run.runId)
    const spec = runSpecSchema.parse(JSON.parse(metadata.spec!))
    expect(tensors.get('training.inputs')!.shape).toEqual([32, 1])
    expect(tensors.get('training.targets')!.shape).toEqual([32, 1])
    const first = ['layer0.weight', 'layer0.bias', 'layer1.weight', 'layer1.bias']
    expect(first.flatMap((name) => [...tensors.get(`first.${name}`)!.values])).toEqual([
      ...initialParameters(spec.model, spec.seed),
    ])
    expect(tensors.get('series.gradientNorm.values')!.values.at(-1)).toBeCloseTo(run.series.gradientNorm!.last, 12)
    expect(tensors.get('series.gradientNorm.values')!.values).toHaveLength(run.steps)
    const analysis = files.find((file) => !file.startsWith(run.runId))!
    expect(read(analysis.slice(0, 6)).tensors.get('eigenvalues')!.shape).toEqual([10])
  })
})

/** Runs, exports with `--data`, and reads what came: files by their names. */
async function exported(words: string[], idOf: (report: ExperimentReport) => string) {
  const report = await home.json<ExperimentReport>([...words, '--seeds', '1'])
  const folder = mkdtempSync(join(scratch, 'of-'))
  const { code, stderr } = await home.run([
    'export',
    idOf(report),
    '--data',
    folder,
    '--weights',
    join(folder, 'weights'),
  ])
  expect([code, stderr]).toEqual([0, ''])
  const [weights] = readdirSync(join(folder, 'weights'))
    .sort()
    .slice(-1)
    .map((file) => decodeTensors(readFileSync(join(folder, 'weights', file))))
  rmSync(join(folder, 'weights'), { recursive: true })
  const files = readdirSync(folder).map((file) => [file, decodeTensors(readFileSync(join(folder, file)))] as const)
  return {
    report,
    /** Of the last snapshot. */
    weights: weights!,
    runs: files.filter(([file]) => file.startsWith('r')),
    analyses: files.filter(([file]) => file.startsWith('a')),
  }
}

function parametersOf(model: RunSpec['model'], { tensors }: TensorFile): Float64Array {
  return Float64Array.from(weightsFrom(model, tensors).parameters)
}

function rowsOf({ shape, values }: Tensor): Float64Array[] {
  const [rows, size] = shape as [number, number]
  return Array.from({ length: rows }, (_, row) => Float64Array.from(values.subarray(row * size, (row + 1) * size)))
}

async function sessionOf({ model, loss, optimizer, ...spec }: RunSpec): Promise<EngineSession> {
  const session = loadEngine().createSession({ model, loss, optimizer, precision: 'float64' })
  session.setSamples('training', (await runSamples({ model, loss, optimizer, ...spec }, [])).training)
  return session
}

/** Euclidean norm of all tensors below a path, without running statistics. */
function norm(tensors: TensorFile['tensors'], path: string): number {
  const squares = [...tensors].flatMap(([name, { values }]) => {
    if (!name.startsWith(path) || name.includes('running_')) return []
    return Array.from(values, (value) => value ** 2)
  })
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
}

const images = 'task={"type":"dataset","name":"digits","trainSize":40,"testSize":20}'
const normalized = 'models=[{"label":"BN","hidden":"conv 2 3x3 linear, batch-norm relu, pool 2"}]'

describe('data of what is computed again', () => {
  it('have the images that were chosen, and the highest places that sharpness found, for one run with its analysis', async () => {
    const set = [images, normalized, 'training.epochs=1', 'training.batchSize=20', 'vary.values=[10,20]']
    const words = ['run', 'sharpness', ...set.flatMap((word) => ['--set', word])]
    const { runs, analyses } = await exported(words, ({ runs }) => runs[0]!.runId)
    expect([runs.length, analyses.length]).toEqual([1, 1])
    const { tensors } = runs[0]![1]
    const indices = [...tensors.get('training.indices')!.values]
    expect(new Set(indices).size).toBe(40)
    expect(indices).toEqual([...indices].sort((a, b) => a - b))
    expect(tensors.get('training.inputs')!.shape).toEqual([40, 784])
    expect([...tensors.get('first.layer1.running_var')!.values]).toEqual([1, 1])
    const result = analyses[0]![1].tensors
    const [plain, byFilters] = ['plain', 'normalized'].map((measure) => norm(result, `${measure}.highest.`))
    expect(plain).not.toBe(byFilters)
    expect(Math.abs(plain! - result.get('weightNorm')!.values[0]!)).toBeLessThanOrEqual(0.1)
    expect(result.get('plain.highest.layer1.running_mean')!.shape).toEqual([2])
  })

  it('have the neighbours of a critical point, with which its share of higher ones comes again', async () => {
    const words = [
      'task={"type":"function","expression":"sin(3*x)","points":32,"noise":0}',
      'models=[{"label":"Small","hidden":"dense 3 tanh"}]',
      'training.epochs=30',
      'neighbours={"count":70,"radius":0.5}',
      'search.maxSteps=5',
    ].flatMap((word) => ['--set', word])
    const { runs, analyses, weights } = await exported(
      ['run', 'critical-point', ...words],
      ({ runs }) => runs[0]!.runId,
    )
    const spec = runSpecSchema.parse(JSON.parse(runs[0]![1].metadata.spec!))
    const { tensors } = analyses[0]![1]
    const [end, radius] = [parametersOf(spec.model, weights), tensors.get('neighbours.radius')!.values[0]!]
    const rows = rowsOf(tensors.get('neighbours.directions')!)
    expect(rows).toHaveLength(70)
    const session = await sessionOf(spec)
    const lossAt = async (place: Float64Array) => {
      session.setParameters(place)
      return (await session.curvature.lossAndGradient({ set: 'training' })).loss
    }
    const loss = await lossAt(end)
    expect(loss).toBe(tensors.get('loss')!.values[0])
    let higher = 0
    for (const row of rows) if ((await lossAt(end.map((weight, i) => weight + radius * row[i]!))) > loss) higher++
    expect(higher / 70).toBe(tensors.get('neighboursHigher')!.values[0])
    expect(higher).toBeGreaterThan(0)
    session.dispose()
  })

  it('have where sharpness looked from, and the probes with which its trace comes again', async () => {
    const task = 'task={"type":"dataset","name":"digits","trainSize":40,"testSize":20}'
    const words = [
      task,
      'models=[{"label":"Small","hidden":"dense 3 tanh"}]',
      'training.epochs=1',
      'vary.values=[20,40]',
    ]
    const set = words.flatMap((word) => ['--set', word])
    const { runs, analyses, weights } = await exported(['run', 'sharpness', ...set], ({ runs }) => runs[0]!.runId)
    const spec = runSpecSchema.parse(JSON.parse(runs[0]![1].metadata.spec!))
    const { tensors } = analyses[0]![1]
    const end = parametersOf(spec.model, weights)
    const starts = rowsOf(tensors.get('plain.starts')!)
    expect(starts[0]).toEqual(end)
    const [epsilon] = tensors.get('epsilon')!.values
    for (const start of starts.slice(1)) {
      expect(Math.hypot(...start.map((value, i) => value - end[i]!))).toBeCloseTo(epsilon!, 9)
    }
    expect(tensors.get('normalized.starts')!.shape).toEqual(tensors.get('plain.starts')!.shape)
    const session = await sessionOf(spec)
    session.setParameters(end)
    const samples: number[] = []
    for (const probe of rowsOf(tensors.get('probes')!)) {
      const product = await session.curvature.product({ set: 'training', samples: 40 }, probe)
      samples.push(product.reduce((sum, value, i) => sum + value * probe[i]!, 0))
    }
    expect(mean(samples)).toBe(tensors.get('plain.trace')!.values[0])
    session.dispose()
  })

  it('of one run go with what other experiments asked it, and those of such an experiment with the run', async () => {
    const task = ['task={"type":"function","expression":"sin(3*x)","points":16,"noise":0}', 'training.epochs=2']
    const set = [...task, 'models=[{"label":"A","hidden":"dense 3 tanh"}]'].flatMap((word) => ['--set', word])
    const asked = await exported(
      ['run', 'sharpness', ...set, '--set', 'vary.values=[8,16]'],
      (all) => all.runs[0]!.runId,
    )
    const { experimentId } = asked.report
    const { runId } = asked.report.runs[0]!
    const asking = await home.json<ExperimentReport>(['run', 'sharpness', '--runs', runId])
    expect(asking.experimentId).not.toBe(experimentId)
    const files = async (id: string) => {
      const folder = mkdtempSync(join(scratch, 'of-'))
      expect((await home.run(['export', id, '--data', folder])).code).toBe(0)
      return readdirSync(folder).sort()
    }
    const others = asking.analyses.map(({ analysisId }) => `${analysisId}-data.safetensors`)
    expect(others).toHaveLength(1)
    expect(await files(runId)).toEqual(
      [...others, ...asked.analyses.map(([file]) => file), `${runId}-data.safetensors`].sort(),
    )
    expect(await files(asking.experimentId)).toEqual([...others, `${runId}-data.safetensors`].sort())
  })

  it('have the origin and the directions of a surface', async () => {
    const words = ['task={"type":"function","expression":"sin(3*x)","points":16,"noise":0}', 'training.epochs=2']
    const surface = [
      'surface.directions=random',
      'surface.resolution=3',
      'models=[{"label":"A","hidden":"dense 3 tanh"}]',
    ]
    const set = [...words, ...surface].flatMap((word) => ['--set', word])
    const { analyses } = await exported(['run', 'error-surface', ...set], ({ experimentId }) => experimentId)
    const { tensors } = analyses[0]![1]
    for (const axis of [0, 1]) {
      expect(norm(tensors, `directions.${axis}.`)).toBeCloseTo(tensors.get(`axes.${axis}.length`)!.values[0]!, 12)
      // As long as the weights of each unit; biases are not moved.
      expect(norm(tensors, `directions.${axis}.layer0.weight`)).toBeCloseTo(norm(tensors, 'origin.layer0.weight'), 12)
      expect(norm(tensors, `directions.${axis}.layer0.bias`)).toBe(0)
    }
  })
})

describe('basin kinds KIND', () => {
  it('prints a whole spec and an estimate', async () => {
    const one = await home.json<{ preset: string; spec: object; estimate: { runs: number } }>([
      'kinds',
      'train-on-task',
      '--preset',
      'report-1',
    ])
    expect(one.preset).toBe('report-1')
    expect(parseSpec('train-on-task', one.spec)).toEqual(one.spec)
    expect(one.estimate.runs).toBeGreaterThan(0)
  })

  it('is that of the quick look where that is asked for, and says at most how long a search takes', async () => {
    const of = (...more: string[]) =>
      home.json<Record<string, unknown> & { spec: { seeds: number }; estimate: Estimate }>([
        ...['kinds', 'critical-point', '--preset', 'report-3', ...more],
      ])
    const [whole, quick] = [await of(), await of('--quick')]
    expect([whole.spec.seeds, whole.estimate.runs]).toEqual([100, 100])
    expect(quick.spec.seeds).toBeLessThan(100)
    expect(quick.estimate.runs).toBe(quick.spec.seeds)
    for (const { mostMs, timeMs } of [whole.estimate, quick.estimate]) expect(mostMs).toBeGreaterThanOrEqual(timeMs)
  })

  it('names the presets where there is no such one', async () => {
    const { code, stderr } = await home.run(['kinds', 'train-on-task', '--preset', 'report-99'])
    expect([code, stderr]).toEqual([2, expect.stringContaining("no preset 'report-99'")])
  })
})
