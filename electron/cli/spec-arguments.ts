/** From the words of `basin run` to a spec: a preset, a file over it, single values over both. */
import { readFileSync } from 'node:fs'
import { LabError } from '../../shared/api/errors'
import { experimentKindIds, type ExperimentKind, type ExperimentKindId } from '../../shared/experiments/kind'
import { fullBatchOptimizers } from '../../shared/models/optimizer'
import { experimentKinds } from '../../shared/experiments/registry'

export interface SpecArguments {
  preset?: string
  /** Path of a JSON file. */
  spec?: string
  /** path=value each. */
  set: string[]
  seeds?: number
}

type PlainObject = Record<string, unknown>

/** @throws LabError `spec/unknown-kind`. */
export function kindOf(id: string): ExperimentKind {
  if ((experimentKindIds as readonly string[]).includes(id)) return experimentKinds[id as ExperimentKindId]
  throw new LabError('spec/unknown-kind', `There is no experiment '${id}'. There are: ${experimentKindIds.join(', ')}.`)
}

/** The spec that is asked for, not yet parsed by the kind. @throws LabError naming the argument and the reason. */
export function buildSpec(kind: ExperimentKind, options: SpecArguments): unknown {
  const file = options.spec === undefined ? {} : readSpecFile(options.spec)
  const spec = merge(structuredClone(presetSpec(kind, options.preset)), file)
  for (const assignment of options.set) assign(spec as PlainObject, assignment)
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
    const value: unknown = JSON.parse(text)
    if (!isPlainObject(value)) throw new SyntaxError('a spec is an object')
    return value
  } catch (error) {
    throw new LabError('spec/invalid', `--spec ${path} is not JSON: ${(error as Error).message}`)
  }
}

/** Objects merge key by key; anything else, and an object of another `type`, is replaced. */
export function merge(base: unknown, over: unknown): unknown {
  if (!isPlainObject(base) || !isPlainObject(over)) return over
  if ('type' in over && over.type !== base.type) return over
  const merged: PlainObject = { ...base }
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? merge(base[key], value) : value
  return merged
}

/** training.epochs=3, models.0.label=Deep, training.optimizer={"type":"sgd","learningRate":0.1}: the value is JSON or else text. */
export function assign(spec: PlainObject, assignment: string): void {
  const equals = assignment.indexOf('=')
  if (equals < 1)
    throw new LabError('argument/invalid', `--set ${assignment}: expected path=value, such as training.epochs=3`)
  const path = assignment.slice(0, equals).split('.')
  const value = parseValue(assignment.slice(equals + 1))
  const last = path.pop()!
  let place: PlainObject = spec
  for (const key of path) {
    if (!isOwnPlace(place, key)) throw noSuchPlace(assignment, key)
    place = place[key] as PlainObject
  }
  if (last === '__proto__' || (Array.isArray(place) && !/^\d+$/.test(last))) throw noSuchPlace(assignment, last)
  if (last === 'type' && place.type !== value) changeType(place, value)
  else place[last] = value
}

function noSuchPlace(assignment: string, key: string): LabError {
  return new LabError('spec/invalid', `--set ${assignment}: there is no '${key}' there`)
}

function isOwnPlace(place: PlainObject, key: string): boolean {
  return Object.hasOwn(place, key) && typeof place[key] === 'object' && place[key] !== null
}

/** Another optimiser has other constants; the learning rate is what all have that step along the gradient. */
function changeType(place: PlainObject, type: unknown): void {
  const keepsRate = !(fullBatchOptimizers as readonly unknown[]).includes(type)
  for (const key of Object.keys(place)) if (key !== 'learningRate' || !keepsRate) delete place[key]
  place.type = type
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
