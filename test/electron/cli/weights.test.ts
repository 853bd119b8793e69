/** Weights leave with `basin export --weights` and come back with `basin run --from`, as a person does it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import { runSamples } from '../../../electron/datasets/run-samples'
import { loadEngine } from '../../../electron/engines/index'
import { weightsFrom } from '../../../electron/weights/model-tensors'
import { decodeTensors, encodeTensors } from '../../../electron/weights/safetensors'
import { runSpecSchema } from '../../../shared/experiments/run-spec'
import { BasinHome } from '../../support/basin-process'

let home: BasinHome
let scratch: string
let trained: ExperimentReport
let files: string[]

const small = ['--set', 'training.epochs=20', '--set', 'data.points=256', '--seeds', '1']
const oneModel = ['--set', 'models=[{"label":"Shallow","hidden":"dense 12 tanh"}]']
const pathOf = (file: string) => join(scratch, 'weights', file)

beforeAll(async () => {
  home = new BasinHome()
  scratch = mkdtempSync(join(tmpdir(), 'basin-weights-'))
  trained = await home.json<ExperimentReport>(['run', 'simulate-function', ...small, ...oneModel])
  const { code } = await home.run(['export', trained.experimentId, '--weights', join(scratch, 'weights')])
  expect(code).toBe(0)
  files = readdirSync(join(scratch, 'weights'))
})

afterAll(() => {
  home.remove()
  rmSync(scratch, { recursive: true, force: true })
})

describe('exported weights', () => {
  it('are one file for each snapshot, with what it takes to use them elsewhere', async () => {
    const run = trained.runs[0]!
    expect(files).toEqual([`${run.runId}-step${run.steps}.safetensors`])
    const { tensors, metadata } = decodeTensors(readFileSync(pathOf(files[0]!)))
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['layer0.weight', [12, 1]],
      ['layer0.bias', [12]],
      ['layer1.weight', [1, 12]],
      ['layer1.bias', [1]],
    ])
    expect(metadata).toMatchObject({ run: run.runId, label: run.label, step: String(run.steps), epoch: '20' })
    const spec = runSpecSchema.parse(JSON.parse(metadata.spec!))
    expect(JSON.parse(metadata.data!)).toMatchObject({
      ...spec.data,
      seed: 0,
      samples: { training: 256 },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
    const session = loadEngine().createSession(spec)
    session.setSamples('test', (await runSamples(spec, [])).test)
    session.setParameters(weightsFrom(spec.model, tensors).parameters)
    expect(session.evaluate('test').loss).toBeCloseTo(run.series.testLoss!.last, 9)
    session.dispose()
  })

  it('say which data by a hash that is the same wherever it is computed', async () => {
    const again = join(scratch, 'again')
    await home.run(['export', trained.runs[0]!.runId, '--weights', again])
    expect(readFileSync(join(again, files[0]!))).toEqual(readFileSync(pathOf(files[0]!)))
  })

  it('go somewhere, or nowhere', async () => {
    const { code, stderr } = await home.run(['export', trained.experimentId])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--weights <folder>')])
  })
})

describe('a run from weights', () => {
  it('begins with them', async () => {
    const slow = [
      '--set',
      'training.optimizer={"type":"sgd","learningRate":1e-9}',
      '--set',
      'training.batchSize=full',
      '--set',
      'training.epochs=3',
    ]
    const report = await home.json<ExperimentReport>([
      'run',
      'simulate-function',
      ...small,
      ...oneModel,
      ...slow,
      '--from',
      pathOf(files[0]!),
    ])
    expect(report.runs[0]!.series.testLoss!.last).toBeCloseTo(trained.runs[0]!.series.testLoss!.last, 5)
    const shown = await home.json<{ spec: { start: object } }>(['show', report.runs[0]!.runId])
    expect(shown.spec.start).toEqual({ file: files[0], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
  })

  it('needs those of its model', async () => {
    const other = ['--set', 'models=[{"label":"Wider","hidden":"dense 13 tanh"}]']
    const { code, stderr } = await home.run([
      'run',
      'simulate-function',
      ...small,
      ...other,
      '--from',
      pathOf(files[0]!),
    ])
    expect(code).toBe(2)
    expect(stderr).toContain(`${files[0]}: tensor layer0.weight has the shape [12, 1], but the model needs [13, 1]`)
  })

  it('is refused with what is wrong with the file', async () => {
    const whole = readFileSync(pathOf(files[0]!))
    const { tensors, metadata } = decodeTensors(whole)
    tensors.get('layer1.bias')!.values[0] = NaN
    const bad: [string, Uint8Array | undefined, string][] = [
      [
        'nan.safetensors',
        encodeTensors({ tensors, metadata }),
        'nan.safetensors: tensor layer1.bias is NaN at position 0',
      ],
      ['cut.safetensors', whole.subarray(0, whole.length - 4), 'cut.safetensors: is cut off'],
      ['text.safetensors', Buffer.from('These are no weights.'), 'text.safetensors: '],
      ['missing.safetensors', undefined, '--from '],
    ]
    for (const [name, bytes, message] of bad) {
      if (bytes) writeFileSync(join(scratch, name), bytes)
      const words = ['run', 'simulate-function', ...small, ...oneModel, '--from', join(scratch, name)]
      const { code, stderr } = await home.run(words)
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
  })
})
