/** Whoever passes a limit is told which it is: every number, list and text of every preset is taken beyond what its schema takes. */
import { describe, expect, it } from 'vitest'
import { parseOrThrow } from '../../../shared/api/contract'
import { LabError, type Issue } from '../../../shared/api/errors'
import { experimentKindIds } from '../../../shared/experiments/kind'
import { experimentKinds } from '../../../shared/experiments/registry'
import { layerSchema } from '../../../shared/models/layers'
import { optimizerSchema, optimizerTypes } from '../../../shared/models/optimizer'
import { scheduleSchema } from '../../../shared/models/schedule'

type Path = (string | number)[]
type Parse = (value: unknown) => unknown

/** Texts that stand for a choice, an id or a formula: what they may be is no limit. */
const manyLetters = 'x'.repeat(200_000)
const farNumbers = [1e300, Number.MAX_SAFE_INTEGER, 1e12, 1, 0, -1, -1e300]

/** Each number, list and label of a value with what goes beyond it; lists by their first entry alone. */
function* beyond(value: unknown, path: Path = []): Generator<{ path: Path; wrong: unknown }> {
  if (typeof value === 'number') for (const wrong of farNumbers) yield { path, wrong }
  else if (typeof value === 'string') {
    if (path.at(-1) === 'label' || path.at(-1) === 'expression')
      for (const wrong of ['', manyLetters]) yield { path, wrong }
  } else if (Array.isArray(value)) {
    for (const wrong of [[], Array.from({ length: 20_001 }, () => value[0])])
      if (value.length > 0) yield { path, wrong }
    for (const [index, inner] of value.entries()) yield* beyond(inner, [...path, index])
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* beyond(inner, [...path, key])
}

function changed(value: unknown, [key, ...rest]: Path, wrong: unknown): unknown {
  if (key === undefined) return wrong
  if (Array.isArray(value)) return value.map((inner, index) => (index === key ? changed(inner, rest, wrong) : inner))
  return { ...(value as object), [key]: changed((value as Record<string, unknown>)[key], rest, wrong) }
}

function issuesOf(parse: Parse, value: unknown): readonly Issue[] {
  try {
    parse(value)
    return []
  } catch (error) {
    if (error instanceof LabError) return error.issues
    throw error
  }
}

/** A number, or words that are as good. */
const saysLimit =
  /\d|positive|above zero|not be empty|at least one|two (?:values|probes)|at least two|above where it starts/

/** What is refused at a changed place or within it without a limit. */
function silent(name: string, parse: Parse, value: unknown, seen = new Set<string>()): string[] {
  return [...beyond(value)].flatMap(({ path, wrong }) => {
    const place = path.map((part) => (typeof part === 'number' ? '*' : part)).join('.')
    const what = Array.isArray(wrong) ? `${wrong.length} entries` : String(wrong).slice(0, 25)
    if (seen.has(`${place} ${what}`) && !place.includes('type')) return []
    seen.add(`${place} ${what}`)
    const here = issuesOf(parse, changed(value, path, wrong)).filter(
      (issue) => issue.path.length <= path.length && issue.path.every((part, index) => part === path[index]),
    )
    return here
      .filter(({ message }) => !saysLimit.test(message))
      .map(({ message }) => `${name} ${place} = ${what}: ${message}`)
  })
}

const parserOf =
  (schema: Parameters<typeof parseOrThrow>[0]): Parse =>
  (value) =>
    parseOrThrow(schema, value, 'spec/invalid', 'spec')

describe('limits that are passed', () => {
  it.each(experimentKindIds)('are said for every field of every preset of %s', (id) => {
    const { schema, presets } = experimentKinds[id]
    const seen = new Set<string>()
    expect(presets.flatMap(({ spec }) => silent(id, parserOf(schema), spec, seen))).toEqual([])
  })

  it('are said for every layer, optimizer and schedule', () => {
    const layers = [
      { type: 'dense', units: 3 },
      { type: 'conv2d', filters: 3, kernel: 3, stride: 1, padding: 1 },
      { type: 'max-pool', size: 2, stride: 2, padding: 1 },
      { type: 'average-pool', size: 2, stride: 2, padding: 1 },
      { type: 'dropout', rate: 0.5 },
      { type: 'batch-norm' },
      { type: 'residual', layers: [{ type: 'conv2d', filters: 3, kernel: [3, 3] }] },
    ].map((layer) => layerSchema.parse(layer))
    const optimizers = optimizerTypes.map((type) =>
      optimizerSchema.parse(type === 'levenberg-marquardt' ? { type } : { type, learningRate: 0.1 }),
    )
    const schedules = [
      { type: 'constant', warmUpSteps: 3 },
      { type: 'step', unit: 'epoch', every: 3 },
      { type: 'cosine', unit: 'epoch', length: 3 },
    ].map((schedule) => scheduleSchema.parse(schedule))
    expect([
      ...layers.flatMap((layer) => silent(layer.type, parserOf(layerSchema), layer)),
      ...optimizers.flatMap((optimizer) => silent(optimizer.type, parserOf(optimizerSchema), optimizer)),
      ...schedules.flatMap((schedule) => silent(schedule.type, parserOf(scheduleSchema), schedule)),
    ]).toEqual([])
  })
})
