/** From the words of `basin run` to a spec: a preset, a file over it, single values over both. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { LabError } from '../../shared/api/errors'
import { schemaAt, unionOf, type Union } from '../../shared/api/schema-unions'
import { experimentKindIds, type ExperimentKind, type ExperimentKindId } from '../../shared/experiments/kind'
import { experimentKinds } from '../../shared/experiments/registry'
import { optimizerTypes, withType, type OptimizerType } from '../../shared/models/optimizer'

export interface SpecArguments {
  preset?: string
  /** Path of a JSON file. */
  spec?: string
  /** path=value each. */
  set: string[]
  seeds?: number
}

type PlainObject = Record<string, unknown>
type Schema = z.core.$ZodType

/** @throws LabError `spec/unknown-kind`. */
export function kindOf(id: string): ExperimentKind {
  if ((experimentKindIds as readonly string[]).includes(id)) return experimentKinds[id as ExperimentKindId]
  throw new LabError('spec/unknown-kind', `There is no experiment '${id}'. There are: ${experimentKindIds.join(', ')}.`)
}

/** The spec that is asked for, not yet parsed by the kind. @throws LabError naming the argument and the reason. */
export function buildSpec(kind: ExperimentKind, options: SpecArguments): unknown {
  const file = options.spec === undefined ? {} : readSpecFile(options.spec)
  const spec = merge(structuredClone(presetSpec(kind, options.preset)), file, kind.schema)
  for (const assignment of options.set) assign(spec as PlainObject, assignment, kind.schema)
  if (options.seeds !== undefined) (spec as PlainObject).seeds = options.seeds
  return spec
}

function presetSpec(kind: ExperimentKind, name: string | undefined): unknown {
  if (name === undefined) return kind.presets[0].spec
  const preset = kind.presets.find((candidate) => candidate.name === name)
  if (preset) return preset.spec
  const names = kind.presets.map((candidate) => candidate.name).join(', ')
  throw new LabError('spec/unknown-preset', `${kind.kind} has no preset '${name}'. It has: ${names}.`)
}

function readSpecFile(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new LabError('argument/invalid', `--spec ${path}: ${(error as Error).message}`)
  }
  try {
    // Editors on Windows mark the order of bytes.
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    if (!isPlainObject(value)) throw new SyntaxError('a spec is an object')
    return value
  } catch (error) {
    throw new LabError('spec/invalid', `--spec ${path} is not JSON: ${(error as Error).message}`)
  }
}

/** Objects merge key by key; anything else is replaced, and so is an object that becomes one of another kind (`type`, `at`). */
export function merge(base: unknown, over: unknown, schema?: Schema): unknown {
  if (!isPlainObject(base) || !isPlainObject(over)) return over
  const union = unionOf(schema)
  if (union && union.discriminator in over && over[union.discriminator] !== base[union.discriminator]) return over
  const merged: PlainObject = { ...base }
  for (const [key, value] of Object.entries(over)) {
    if (key === '__proto__')
      throw new LabError('spec/invalid', '__proto__: unknown key', [{ path: [key], message: 'unknown key' }])
    merged[key] = Object.hasOwn(base, key) ? merge(base[key], value, schemaAt(schema, base, key)) : value
  }
  return merged
}

/** training.epochs=3, models.0.label=Deep, training.optimizer={"type":"sgd","learningRate":0.1}: the value is JSON or else text. */
export function assign(spec: PlainObject, assignment: string, schema?: Schema): void {
  const equals = assignment.indexOf('=')
  if (equals < 1)
    throw new LabError('argument/invalid', `--set ${assignment}: expected path=value, such as training.epochs=3`)
  const path = assignment.slice(0, equals).split('.')
  const value = parseValue(assignment.slice(equals + 1))
  const last = path.pop()!
  let place: PlainObject = spec
  let here = schema
  for (const key of path) {
    if (!isOwnPlace(place, key)) throw noSuchPlace(assignment, key)
    here = schemaAt(here, place, key)
    place = place[key] as PlainObject
  }
  if (last === '__proto__' || (Array.isArray(place) && !/^\d+$/.test(last))) throw noSuchPlace(assignment, last)
  const union = unionOf(here)
  if (union?.discriminator === last && place[last] !== value) changeKind(place, union, value)
  else place[last] = value
}

function noSuchPlace(assignment: string, key: string): LabError {
  return new LabError('spec/invalid', `--set ${assignment}: there is no '${key}' there`)
}

function isOwnPlace(place: PlainObject, key: string): boolean {
  return Object.hasOwn(place, key) && typeof place[key] === 'object' && place[key] !== null
}

/** Makes an object one of another kind: what both kinds have stays, the rest is as usual for the new one. */
function changeKind(place: PlainObject, { discriminator, option }: Union, kind: unknown): void {
  const before = place[discriminator]
  const isOptimizer = [before, kind].every((one) => (optimizerTypes as readonly unknown[]).includes(one))
  const shape = option(kind)?._zod.def.shape ?? {}
  const kept = Object.entries(place).filter(([key]) => Object.hasOwn(shape, key))
  const next = isOptimizer
    ? withType(place as Parameters<typeof withType>[0], kind as OptimizerType)
    : { ...Object.fromEntries(kept), [discriminator]: kind }
  for (const key of Object.keys(place)) delete place[key]
  Object.assign(place, next)
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
