import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { assign, buildSpec, kindOf, merge } from '../../../electron/cli/spec-arguments'
import { schemaAt, unionOf, type Union } from '../../../shared/api/schema-unions'
import { experimentKindIds } from '../../../shared/experiments/kind'
import { layerSchema } from '../../../shared/models/layers'
import { optimizerSchema, optimizerTypes } from '../../../shared/models/optimizer'

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

  it('keeps what optimizers share when the type of one changes', () => {
    const shared = { learningRate: 0.5, weightDecay: 0.1, schedule: { type: 'cosine', length: 200 } }
    const spec = specFile(JSON.stringify({ training: { optimizer: { type: 'adam', beta1: 0.8, ...shared } } }))
    const optimizerOf = (type: string) => {
      const built = buildSpec(kind, { spec, set: [`training.optimizer.type=${type}`] })
      return kind.plan(kind.schema.parse(built)).runs[0]!.spec.optimizer
    }
    const schedule = { type: 'cosine', length: 200, unit: 'epoch', final: 0 }
    expect(optimizerOf('sgd')).toEqual({ type: 'sgd', ...shared, schedule, momentum: 0 })
    expect(optimizerOf('adamw')).toMatchObject({ type: 'adamw', ...shared, schedule, beta1: 0.8 })
  })

  it('lets a file choose another kind of whatever has several kinds', () => {
    const criticalPoint = kindOf('critical-point')
    const spec = specFile('{"search": {"switchAt": {"at": "epoch", "epoch": 5}}}')
    const built = buildSpec(criticalPoint, { spec, set: [] })
    const [run] = criticalPoint.plan(criticalPoint.schema.parse(built)).runs
    expect(run!.spec.gradientPhase!.switchAt).toEqual({ at: 'epoch', epoch: 5 })
    expect(buildSpec(criticalPoint, { set: ['search.switchAt.at=epoch', 'search.switchAt.epoch=5'] })).toEqual(built)
  })

  it('leaves nothing of another kind behind, for every place of every preset that has several', () => {
    const places = (schema: Parameters<typeof unionOf>[0], value: unknown): { path: string; union: Union }[] => {
      if (typeof value !== 'object' || value === null) return []
      const union = unionOf(schema)
      const below = Object.entries(value).flatMap(([key, inner]) =>
        places(schemaAt(schema, value, key), inner).map(({ path, union }) => ({ path: `${key}.${path}`, union })),
      )
      return union ? [{ path: union.discriminator, union }, ...below] : below
    }
    const kindsByKey: Record<string, string[]> = {
      at: ['step', 'epoch', 'gradient-norm'],
      type: [...optimizerTypes, ...layerSchema.options.map(({ shape }) => shape.type.value), 'function', 'dataset'],
    }
    const seen = new Set<string>()
    for (const id of experimentKindIds) {
      const kind = kindOf(id)
      for (const { name, spec } of kind.presets) {
        for (const { path, union } of places(kind.schema, spec)) {
          const place = path.replace(/\d+/g, 'N')
          if (seen.has(`${id} ${place}`)) continue
          seen.add(`${id} ${place}`)
          for (const value of kindsByKey[union.discriminator]!.filter((one) => union.option(one))) {
            const built = buildSpec(kind, { preset: name, set: [`${path}=${value}`] })
            const messages = kind.schema.safeParse(built).error?.issues ?? []
            expect(messages.filter(({ code }) => code === 'unrecognized_keys')).toEqual([])
          }
        }
      }
    }
    const found = [...seen].map((place) => place.split(' ')[1]!)
    for (const place of ['training.optimizer.type', 'search.switchAt.at', 'models.N.hidden.N.type', 'task.type'])
      expect(found).toContain(place)
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

  it('reads a file that begins with a mark of byte order', () => {
    expect(buildSpec(kind, { spec: specFile('\ufeff{"seeds": 4}'), set: [] })).toMatchObject({ seeds: 4 })
  })

  it.each(['{"__proto__": {}}', '{"training": {"__proto__": {"epochs": 3}}}'])('refuses %s', (text) => {
    expect(() => buildSpec(kind, { spec: specFile(text), set: [] })).toThrow('__proto__: unknown key')
  })

  it('names the presets and kinds there are', () => {
    expect(() => buildSpec(kind, { preset: 'report-9', set: [] })).toThrow(
      /no preset 'report-9'. It has: default, .*report-0/,
    )
    expect(() => kindOf('simulate')).toThrow(/There are: simulate-function, train-on-task/)
  })
})

describe('merging and assigning', () => {
  it('replaces arrays and objects of another kind, merges the rest', () => {
    const schema = z.object({ optimizer: optimizerSchema })
    const base = { a: { x: 1, y: 2 }, list: [1, 2], optimizer: { type: 'adam', beta1: 0.9 } }
    const over = { a: { y: 3 }, list: [9], optimizer: { type: 'sgd' } }
    expect(merge(base, over, schema)).toEqual({ a: { x: 1, y: 3 }, list: [9], optimizer: { type: 'sgd' } })
  })

  it('reads values as JSON where they are, as text otherwise', () => {
    const spec = {}
    for (const text of ['a=1', 'b=true', 'c=full', 'd={"e":[1]}', 'f=x=y']) assign(spec, text)
    expect(spec).toEqual({ a: 1, b: true, c: 'full', d: { e: [1] }, f: 'x=y' })
  })
})
