/** What leaves with `basin export --data`, and whole specs with `basin kinds`, as a person gets them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import { decodeTensors } from '../../../electron/weights/safetensors'
import { parseSpec } from '../../../shared/experiments/registry'
import { initialParameters } from '../../../shared/models/initialization'
import { runSpecSchema } from '../../../shared/experiments/run-spec'
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

  it('names the presets where there is no such one', async () => {
    const { code, stderr } = await home.run(['kinds', 'train-on-task', '--preset', 'report-99'])
    expect([code, stderr]).toEqual([2, expect.stringContaining("no preset 'report-99'")])
  })
})
