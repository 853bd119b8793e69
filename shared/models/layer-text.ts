/**
 * Layers as people write them in one line: `conv 16 3x3 pad 1, pool 2, dense 128`. Written from plain data, also from data that is not
 * whole yet; read into layers, or into words for what cannot be read. What the shapes do is model.ts.
 */
import { issueMessage } from '../api/issue-message'
import { activations, elementwiseActivations, layerSchema, type Activation, type Layer } from './layers'

/** A layer, or the draft of one. */
export type WrittenLayer = Readonly<Record<string, unknown>> & { readonly type: Layer['type'] }

export function isLayerType(type: unknown): type is Layer['type'] {
  return layerSchema.options.some(({ shape }) => shape.type.value === type)
}

/** What a dense layer, a convolution or a residual block has where nothing is said. */
function usualActivation(type: Layer['type'], activation: Activation): Activation {
  if (type === 'dense') return activation
  if (type === 'batch-norm') return 'linear'
  return (elementwiseActivations as readonly Activation[]).includes(activation) ? activation : 'relu'
}

function numberText(value: unknown): string {
  return value === '' || value === undefined ? '?' : String(value)
}

/** '3x3' */
function pairText(value: unknown): string {
  const [rows, columns] = Array.isArray(value) ? (value as unknown[]) : [value, value]
  return `${numberText(rows)}x${numberText(columns)}`
}

/** '2', or '2x3' */
function extentText(value: unknown): string {
  const text = pairText(value)
  const [rows, columns] = text.split('x')
  return rows === columns ? rows! : text
}

function option(word: string, value: unknown, usual: string): string {
  return value === undefined || value === '' || extentText(value) === usual ? '' : ` ${word} ${extentText(value)}`
}

function bodyText(layer: WrittenLayer, activation: Activation): string {
  switch (layer.type) {
    case 'dense':
      return `dense ${numberText(layer.units)}`
    case 'conv2d': {
      const moves = option('stride', layer.stride, '1') + option('pad', layer.padding, '0')
      return `conv ${numberText(layer.filters)} ${pairText(layer.kernel)}${moves}`
    }
    case 'max-pool':
    case 'average-pool': {
      const size = extentText(layer.size)
      const moves = option('stride', layer.stride, size) + option('pad', layer.padding, '0')
      return `${layer.type === 'max-pool' ? 'pool' : 'avg pool'} ${size}${moves}`
    }
    case 'flatten':
      return 'flatten'
    case 'dropout':
      return `dropout ${numberText(layer.rate)}`
    case 'batch-norm':
      return `batch norm${option('epsilon', layer.epsilon, '0.00001')}${option('momentum', layer.momentum, '0.1')}`
    case 'residual':
      return `residual(${layersText((layer.layers ?? []) as WrittenLayer[], activation)})`
  }
}

/** @param activation - what needs no word: that of most layers */
export function layerText(layer: WrittenLayer, activation: Activation = 'relu'): string {
  const own = layer.activation
  const silent = own === undefined || own === usualActivation(layer.type, activation)
  return bodyText(layer, activation) + (silent ? '' : ` ${String(own)}`)
}

export function layersText(layers: readonly WrittenLayer[], activation: Activation = 'relu'): string {
  return layers.map((layer) => layerText(layer, activation)).join(', ')
}

export type LayersResult = { layers: Layer[] } | { problem: string }

/** Thrown within this file only. */
class Unreadable extends Error {}

/** Not what every object has: 'constructor' is no layer. */
function own<T>(table: Record<string, T>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

const layerWords: Record<string, Layer['type']> = {
  dense: 'dense',
  fc: 'dense',
  conv: 'conv2d',
  convolution: 'conv2d',
  pool: 'max-pool',
  'max-pool': 'max-pool',
  maxpool: 'max-pool',
  avg: 'average-pool',
  'avg-pool': 'average-pool',
  avgpool: 'average-pool',
  'average-pool': 'average-pool',
  flatten: 'flatten',
  flat: 'flatten',
  dropout: 'dropout',
  drop: 'dropout',
  'batch-norm': 'batch-norm',
  batchnorm: 'batch-norm',
  bn: 'batch-norm',
}

const optionWords: Record<string, string> = {
  kernel: 'kernel',
  k: 'kernel',
  stride: 'stride',
  s: 'stride',
  pad: 'padding',
  padding: 'padding',
  p: 'padding',
  epsilon: 'epsilon',
  eps: 'epsilon',
  momentum: 'momentum',
}

/** Names of the numbers that follow a layer's word without one, in their order. */
const plainNumbers: Partial<Record<Layer['type'], readonly string[]>> = {
  dense: ['units'],
  conv2d: ['filters', 'kernel'],
  'max-pool': ['size'],
  'average-pool': ['size'],
  dropout: ['rate'],
}

const examples: Record<Exclude<Layer['type'], 'residual'>, string> = {
  dense: 'dense 128',
  conv2d: 'conv 16 3x3 pad 1',
  'max-pool': 'pool 2',
  'average-pool': 'avg pool 2',
  flatten: 'flatten',
  dropout: 'dropout 0.5',
  'batch-norm': 'batch norm',
}

const pairOptions = new Set(['kernel', 'size', 'stride', 'padding'])

/** Whether a text names layers; otherwise it may be a chain of units such as 784-128-10. */
export function namesLayers(text: string): boolean {
  return /conv|pool|avg|dense|fc|flat|drop|norm|bn|res/i.test(text)
}

/** Splits at commas, semicolons, arrows and line ends that are outside of parentheses. */
function items(text: string): string[] {
  const found: string[] = ['']
  let depth = 0
  for (const part of text.split(/(->|→|[,;\n()])/)) {
    if (part === '(') depth++
    if (part === ')') depth--
    if (depth < 0) throw new Unreadable('a parenthesis closes that was never opened')
    if (depth === 0 && /^(->|→|[,;\n])$/.test(part)) found.push('')
    else found[found.length - 1] += part
  }
  if (depth > 0) throw new Unreadable('a parenthesis is not closed')
  return found.map((item) => item.trim()).filter(Boolean)
}

/** 'conv16k3' and 'Conv 16, 3 × 3' alike: words and numbers, pairs as one. */
function wordsOf(item: string): string[] {
  const joined = item
    .toLowerCase()
    .replace(/(\d)\s*[x×*]\s*(?=\d)/g, '$1x')
    .replace(/\b(max|avg|average)\s+pool/g, '$1-pool')
    .replace(/\bbatch\s+norm/g, 'batch-norm')
    .replace(/\bleaky\s*relu/g, 'leaky-relu')
  return joined.match(/\d*\.?\d+(?:e[-+]?\d+)?(?:x\d+)?|[a-z]+(?:-[a-z]+)*|\S/g) ?? []
}

const isNumber = (word: string | undefined) => word !== undefined && /^[\d.]/.test(word)

function valueOf(name: string, word: string): unknown {
  const numbers = word.split('x').map(Number)
  return pairOptions.has(name) && numbers.length === 2 ? numbers : numbers.length === 2 ? word : numbers[0]
}

function parsed(item: string, layer: Record<string, unknown>): Layer {
  const result = layerSchema.safeParse(layer, { error: issueMessage })
  if (result.success) return result.data
  const type = layer.type as keyof typeof examples
  const missing = plainNumbers[type]?.find((name) => name !== 'kernel' && !(name in layer))
  if (missing) throw new Unreadable(`“${item}” lacks its ${missing}; an example is ${examples[type]}`)
  const issue = result.error.issues[0]!
  const key = issue.path.filter((part) => typeof part === 'string').at(-1)
  const limit = /must be (?:at|above|below|a whole number from) .*/.exec(issue.message)
  if (key !== undefined && limit) throw new Unreadable(`“${item}”: its ${key} ${limit[0]}`)
  throw new Unreadable(`“${item}”: ${key === undefined ? 'this cannot be' : `its ${key} cannot be that`}`)
}

function parseItem(item: string, activation: Activation): Layer[] {
  const block = /^res(?:idual)?\s*\((.*)\)\s*([a-z-]*)$/is.exec(item)
  if (block) {
    const layers = parseItems(block[1]!, activation)
    const own = block[2] || usualActivation('residual', activation)
    return [parsed(item, { type: 'residual', layers, activation: own })]
  }
  const [first, ...rest] = wordsOf(item)
  if (isNumber(first) && rest.length === 0) {
    const [units, times = 1] = first!.split('x').map(Number)
    if (times > 99) throw new Unreadable('at most 99 layers are possible')
    return Array.from({ length: times }, () => parsed(item, { type: 'dense', units, activation }))
  }
  const type = own(layerWords, first ?? '')
  if (!type) {
    const known = Object.values(examples).join(', ')
    throw new Unreadable(`“${item}” is no layer; these are: ${known}, residual(...)`)
  }
  const layer: Record<string, unknown> = { type }
  if (type === 'dense' || type === 'conv2d') layer.activation = usualActivation(type, activation)
  readOptions(item, type, rest, layer)
  return [parsed(item, layer)]
}

/** Adds what the words after a layer's name say to it. */
function readOptions(item: string, type: Layer['type'], words: string[], layer: Record<string, unknown>): void {
  const plain = [...(plainNumbers[type] ?? [])]
  while (words.length > 0) {
    const word = words.shift()!
    const named = own(optionWords, word)
    const name = named ?? (isNumber(word) ? plain.shift() : undefined)
    if (named === 'padding' && words[0] === 'same') {
      words.shift()
      layer.padding = samePadding(item, layer.kernel ?? [3, 3])
    } else if (name) {
      const value = named ? words.shift() : word
      if (!isNumber(value)) throw new Unreadable(`“${item}”: a number is missing after ${word}`)
      layer[name] = valueOf(name, value!)
    } else if ((activations as readonly string[]).includes(word)) {
      layer.activation = word
    } else {
      throw new Unreadable(`“${item}”: “${word}” cannot be read`)
    }
  }
}

/** The padding with which a kernel of odd size keeps the picture's size. */
function samePadding(item: string, kernel: unknown): number[] {
  const sizes = Array.isArray(kernel) ? (kernel as number[]) : [Number(kernel), Number(kernel)]
  if (sizes.some((size) => size % 2 === 0)) throw new Unreadable(`“${item}”: an even kernel cannot keep the size`)
  return sizes.map((size) => (size - 1) / 2)
}

function parseItems(text: string, activation: Activation): Layer[] {
  const layers = items(text).flatMap((item) => parseItem(item, activation))
  if (layers.length > 99) throw new Unreadable('at most 99 layers are possible')
  return layers
}

/**
 * The layers that a text names; `activation` is what dense layers, convolutions and residual blocks have where nothing is said.
 * Reads what layersText writes, and much that is written elsewhere: conv16k3p1, Conv 16 3 × 3, avgpool 2, fc 128, bn, 9x7.
 */
export function parseLayers(text: string, activation: Activation = 'relu'): LayersResult {
  try {
    return { layers: parseItems(text, activation) }
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message }
    throw error
  }
}
