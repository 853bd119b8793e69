/**
 * Tensors of other names as those of a model: a PyTorch state_dict calls its layers as its program does (`0.weight`, `module.fc1.bias`).
 * They are taken where names or shapes leave one way only; what is inside them is model-tensors.ts.
 */
import { LabError } from '../../shared/api/errors'
import type { Tensor } from './safetensors'

/** A tensor as a model has it. */
export interface NamedShape {
  name: string
  shape: readonly number[]
}

/** A layer: what it is called, and the shapes of its weight, bias and running statistics as one text. */
interface Module {
  name: string
  parts: string[]
  shapes: string
}

type Tensors = ReadonlyMap<string, Tensor>

/** Tensors that each list of an error names at most. */
const mostNamed = 40

const split = (name: string): [module: string, part: string] => {
  const dot = name.lastIndexOf('.')
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)]
}

/** In the order in which they first come. */
function modulesOf(tensors: Iterable<NamedShape>): Module[] {
  const modules = new Map<string, NamedShape[]>()
  for (const tensor of tensors) {
    const [module] = split(tensor.name)
    modules.set(module, [...(modules.get(module) ?? []), tensor])
  }
  return [...modules].map(([name, own]) => {
    const sorted = own.map((tensor) => ({ part: split(tensor.name)[1], shape: tensor.shape }))
    sorted.sort((a, b) => (a.part < b.part ? -1 : 1))
    const shapes = sorted.map(({ part, shape }) => `${part} [${shape.join(', ')}]`).join(' ')
    return { name, parts: sorted.map(({ part }) => part), shapes }
  })
}

const isNumber = (segment: string): boolean => /^\d+$/.test(segment)

/** What entries of one nn.Sequential, or of blocks within it, share: their names without the numbers. */
const familyOf = ({ name }: Module): string =>
  name
    .split('.')
    .filter((segment) => !isNumber(segment))
    .join('.')

/** nn.Sequential goes by its numbers: 2 before 10, and 2.1 before 3. */
function byNumbers(a: Module, b: Module): number {
  const [first, second] = [a, b].map(({ name }) => name.split('.').filter(isNumber).map(Number)) as [number[], number[]]
  const at = first.findIndex((number, i) => number !== second[i])
  return at < 0 ? first.length - second.length : first[at]! - (second[at] ?? -1)
}

/**
 * Which layer of the file is which of the model: those of the same shapes, where several have them in the order of the nn.Sequential
 * that they are entries of. null where that leaves none or several ways.
 */
function matched(ours: readonly Module[], theirs: readonly Module[]): Map<Module, Module> | null {
  if (ours.length !== theirs.length) return null
  const pairs = new Map<Module, Module>()
  for (const shapes of new Set(ours.map((module) => module.shapes))) {
    const wanted = ours.filter((module) => module.shapes === shapes)
    const there = theirs.filter((module) => module.shapes === shapes).sort(byNumbers)
    if (there.length !== wanted.length) return null
    if (there.length > 1 && new Set(there.map(familyOf)).size > 1) return null
    wanted.forEach((module, i) => pairs.set(module, there[i]!))
  }
  return isInOrder([...ours].map((module) => pairs.get(module)!)) ? pairs : null
}

/** Whether the entries of each nn.Sequential come in its order. */
function isInOrder(modules: readonly Module[]): boolean {
  return modules.every((module, i) =>
    modules.slice(0, i).every((before) => familyOf(before) !== familyOf(module) || byNumbers(before, module) < 0),
  )
}

function listed(tensors: Iterable<NamedShape>): string {
  const all = [...tensors].map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ''
  return all.slice(0, mostNamed).join(', ') + more
}

const named = (tensors: Tensors): NamedShape[] => [...tensors].map(([name, { shape }]) => ({ name, shape }))

/** Without the first word of all names (`module.` of data parallel, `_orig_mod.` of compiled networks) as often as they share one. */
function* withoutPrefixes(tensors: Tensors): Generator<Tensors> {
  let rest = tensors
  for (;;) {
    yield rest
    const names = [...rest.keys()]
    const prefix = names[0]?.slice(0, names[0].indexOf('.') + 1) ?? ''
    if (prefix === '' || !names.every((name) => name.startsWith(prefix))) return
    rest = new Map([...rest].map(([name, tensor]) => [name.slice(prefix.length), tensor]))
  }
}

/**
 * The tensors by the names of the model, in any order; as they are where some have its names already.
 * @throws LabError `argument/invalid` with both lists where names and shapes leave no way, or several
 */
export function namedAsModel(model: readonly NamedShape[], tensors: Tensors): Tensors {
  const names = new Set(model.map(({ name }) => name))
  for (const rest of withoutPrefixes(tensors)) {
    if ([...rest.keys()].some((name) => names.has(name))) return rest
  }
  const ours = modulesOf(model)
  const pairs = matched(ours, modulesOf(named(tensors)))
  if (!pairs) {
    throw new LabError(
      'argument/invalid',
      'its tensors have other names than the model’s, and their shapes do not leave one way to tell which is which. ' +
        `It has ${listed(named(tensors))}. The model needs ${listed(model)}`,
    )
  }
  return new Map(
    [...pairs].flatMap(([our, their]) =>
      our.parts.map((part) => [
        `${our.name}.${part}`,
        tensors.get(their.name === '' ? part : `${their.name}.${part}`)!,
      ]),
    ),
  )
}
