import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assign, buildSpec, kindOf, merge } from '../../../electron/cli/spec-arguments'

const kind = kindOf('simulate-function')
let folder: string

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'basin-spec-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function specFile(text: string): string {
  const path = join(folder, 'spec.json')
  writeFileSync(path, text)
  return path
}

describe('the spec of basin run', () => {
  it('is the first preset without further words', () => {
    expect(buildSpec(kind, { set: [] })).toEqual(kind.presets[0].spec)
  })

  it('takes the file over the preset, single values over the file, and --seeds over all', () => {
    const spec = specFile('{ "training": { "epochs": 7, "batchSize": 32 }, "seeds": 4 }')
    const built = buildSpec(kind, { spec, set: ['training.epochs=3', 'models.0.label=Tall one'], seeds: 9 })
    expect(built).toMatchObject({
      training: { epochs: 3, batchSize: 32 },
      seeds: 9,
      models: [{ label: 'Tall one' }, {}],
    })
  })

  it('does not change the preset itself', () => {
    const before = JSON.stringify(kind.presets[0].spec)
    buildSpec(kind, { set: ['training.epochs=3'] })
    expect(JSON.stringify(kind.presets[0].spec)).toBe(before)
  })

  it('keeps only the learning rate when the type of an optimizer changes', () => {
    const built = buildSpec(kind, { set: ['training.optimizer.type=sgd', 'training.optimizer.learningRate=0.5'] })
    expect(built).toMatchObject({ training: { optimizer: { type: 'sgd', learningRate: 0.5 } } })
    expect(kind.schema.safeParse(built).success).toBe(true)
  })

  it('leaves the learning rate behind where the optimizer finds its steps itself', () => {
    const built = buildSpec(kind, { set: ['training.optimizer.type=levenberg-marquardt', 'training.batchSize=full'] })
    expect(kind.plan(kind.schema.parse(built)).runs[0]!.spec.optimizer).toMatchObject({ damping: 0.01 })
  })

  it('takes layers as text', () => {
    const task = kindOf('train-on-task')
    const built = buildSpec(task, { set: ['models.0.hidden=conv 8 3x3 pad 1, pool 2, dense 32'] })
    const [run] = task.plan(task.schema.parse(built)).runs
    expect(run!.spec.model.layers.map(({ type }) => type)).toEqual(['conv2d', 'max-pool', 'dense', 'dense'])
  })

  it.each([
    [['epochs'], /expected path=value/],
    [['training.nothing.there=1'], /there is no 'nothing'/],
    [['models.first.label=x'], /there is no 'first'/],
    [['__proto__.polluted=1'], /there is no '__proto__'/],
    [['training.__proto__=1'], /there is no '__proto__'/],
  ])('refuses --set %s', (set, reason) => {
    expect(() => buildSpec(kind, { set })).toThrow(reason)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('names the file and the reason when it is not a spec', () => {
    expect(() => buildSpec(kind, { spec: join(folder, 'none.json'), set: [] })).toThrow(/none\.json.*no such file/)
    expect(() => buildSpec(kind, { spec: specFile('{ "a": '), set: [] })).toThrow(/spec\.json is not JSON/)
    expect(() => buildSpec(kind, { spec: specFile('[1]'), set: [] })).toThrow(/a spec is an object/)
  })

  it('names the presets and kinds there are', () => {
    expect(() => buildSpec(kind, { preset: 'report-9', set: [] })).toThrow(
      /no preset 'report-9'. It has: default, .*report-0/,
    )
    expect(() => kindOf('simulate')).toThrow(/There are: simulate-function, train-on-task/)
  })
})

describe('merging and assigning', () => {
  it('replaces arrays and objects of another type, merges the rest', () => {
    const base = { a: { x: 1, y: 2 }, list: [1, 2], optimizer: { type: 'adam', beta1: 0.9 } }
    const over = { a: { y: 3 }, list: [9], optimizer: { type: 'sgd' } }
    expect(merge(base, over)).toEqual({ a: { x: 1, y: 3 }, list: [9], optimizer: { type: 'sgd' } })
  })

  it('reads values as JSON where they are, as text otherwise', () => {
    const spec = {}
    for (const text of ['a=1', 'b=true', 'c=full', 'd={"e":[1]}', 'f=x=y']) assign(spec, text)
    expect(spec).toEqual({ a: 1, b: true, c: 'full', d: { e: [1] }, f: 'x=y' })
  })
})
