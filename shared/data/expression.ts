/**
 * Expressions in x that people type: mathjs reads them, closures of our own evaluate them. Only numbers, x, a few constants and the
 * functions listed here are allowed, so that text from a spec file can do nothing but arithmetic.
 */
import {
  parse,
  type ConditionalNode,
  type ConstantNode,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  type ParenthesisNode,
  type RelationalNode,
  type SymbolNode,
} from 'mathjs/number'
import { LabError } from '../api/errors'
import { ambiguityOf, exponentReadings, readingOf } from './expression-reading'

export type RealFunction = (x: number) => number

/** What people copy from a page, and what mathjs calls it. Spaces keep `5πx` a product. */
const spellings: Record<string, string> = {
  π: ' pi ',
  τ: ' tau ',
  '·': '*',
  '×': '*',
  '⋅': '*',
  '−': '-',
  '÷': '/',
  '²': '^2',
  '³': '^3',
  '≤': '<=',
  '≥': '>=',
}

const constants: Record<string, number> = { pi: Math.PI, tau: 2 * Math.PI, e: Math.E }

const modulo = (a: number, b: number): number => (b === 0 ? a : a - b * Math.floor(a / b))

/** Name: [function, fewest arguments, most arguments]. */
const functions: Record<string, [(...args: number[]) => number, number, number]> = {
  sin: [Math.sin, 1, 1],
  cos: [Math.cos, 1, 1],
  tan: [Math.tan, 1, 1],
  asin: [Math.asin, 1, 1],
  acos: [Math.acos, 1, 1],
  atan: [Math.atan, 1, 1],
  arcsin: [Math.asin, 1, 1],
  arccos: [Math.acos, 1, 1],
  arctan: [Math.atan, 1, 1],
  atan2: [Math.atan2, 2, 2],
  sinh: [Math.sinh, 1, 1],
  cosh: [Math.cosh, 1, 1],
  tanh: [Math.tanh, 1, 1],
  asinh: [Math.asinh, 1, 1],
  acosh: [Math.acosh, 1, 1],
  atanh: [Math.atanh, 1, 1],
  arcsinh: [Math.asinh, 1, 1],
  arccosh: [Math.acosh, 1, 1],
  arctanh: [Math.atanh, 1, 1],
  exp: [Math.exp, 1, 1],
  expm1: [Math.expm1, 1, 1],
  log: [(value, base) => (base === undefined ? Math.log(value!) : Math.log(value!) / Math.log(base)), 1, 2],
  ln: [Math.log, 1, 1],
  log2: [Math.log2, 1, 1],
  log10: [Math.log10, 1, 1],
  log1p: [Math.log1p, 1, 1],
  sqrt: [Math.sqrt, 1, 1],
  cbrt: [Math.cbrt, 1, 1],
  abs: [Math.abs, 1, 1],
  sign: [Math.sign, 1, 1],
  sgn: [Math.sign, 1, 1],
  floor: [Math.floor, 1, 1],
  ceil: [Math.ceil, 1, 1],
  round: [Math.round, 1, 1],
  square: [(value) => value! * value!, 1, 1],
  cube: [(value) => value! * value! * value!, 1, 1],
  pow: [Math.pow, 2, 2],
  mod: [(a, b) => modulo(a!, b!), 2, 2],
  min: [Math.min, 1, 16],
  max: [Math.max, 1, 16],
}

/** Names that an expression may use, for completion and help. */
export const expressionFunctions: readonly string[] = Object.keys(functions)

const unaryOperators: Record<string, RealFunction> = { unaryMinus: (a) => -a, unaryPlus: (a) => a }

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  smaller: (a, b) => a < b,
  smallerEq: (a, b) => a <= b,
  larger: (a, b) => a > b,
  largerEq: (a, b) => a >= b,
  equal: (a, b) => a === b,
  unequal: (a, b) => a !== b,
}

const binaryOperators: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  pow: Math.pow,
  mod: modulo,
  ...Object.fromEntries(
    Object.entries(comparisons).map(([name, holds]) => [name, (a: number, b: number) => +holds(a, b)]),
  ),
}

function invalid(message: string): LabError {
  return new LabError('spec/invalid', message, [{ path: [], message }])
}

/** `at character 5` of the text as it was typed, for a name in it. */
function placeOf(text: string, name: string): string {
  const index = text.indexOf(name)
  return index < 0 ? '' : ` at character ${index + 1}`
}

function own<T>(table: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

/** Builds the closure of one node of the syntax tree and, first, of those below it. */
class Builder {
  constructor(private readonly text: string) {}

  build(node: MathNode): RealFunction {
    switch (node.type) {
      case 'ConstantNode':
        return this.#constant(node as ConstantNode)
      case 'SymbolNode':
        return this.#symbol((node as SymbolNode).name)
      case 'ParenthesisNode':
        return this.build((node as ParenthesisNode).content)
      case 'OperatorNode':
        return this.#operator(node as OperatorNode)
      case 'FunctionNode':
        return this.#call(node as FunctionNode)
      case 'ConditionalNode':
        return this.#conditional(node as ConditionalNode)
      case 'RelationalNode':
        return this.#relation(node as RelationalNode)
      default:
        throw invalid(`only arithmetic in x is allowed, not '${node.toString().replace(/\s+/g, ' ')}'`)
    }
  }

  #constant(node: ConstantNode): RealFunction {
    const value: unknown = node.value
    if (typeof value !== 'number') throw invalid(`'${node.toString()}' is not a number`)
    return () => value
  }

  #symbol(name: string): RealFunction {
    if (name === 'x') return (x) => x
    const value = own(constants, name)
    if (value !== undefined) return () => value
    if (own(functions, name)) throw invalid(`${name} needs parentheses${placeOf(this.text, name)}: ${name}(x)`)
    throw invalid(`unknown name '${name}'${placeOf(this.text, name)}; the variable is x`)
  }

  #operator(node: OperatorNode): RealFunction {
    const operands = node.args.map((argument) => this.build(argument as MathNode))
    const [first, second] = operands
    const unary = own(unaryOperators, node.fn)
    if (unary && first && !second) return (x) => unary(first(x))
    const binary = own(binaryOperators, node.fn)
    if (binary && first && second) return (x) => binary(first(x), second(x))
    throw invalid(`the operator '${node.op}' is not allowed${placeOf(this.text, node.op)}`)
  }

  #call(node: FunctionNode): RealFunction {
    const callee = node.fn as unknown as MathNode
    const name = callee.toString()
    const entry = callee.type === 'SymbolNode' ? own(functions, name) : undefined
    if (!entry) throw invalid(`unknown function '${name}'${placeOf(this.text, name)}`)
    const [evaluate, fewest, most] = entry
    if (node.args.length < fewest || node.args.length > most) {
      const wanted = fewest === most ? `${fewest}` : `${fewest} to ${most}`
      throw invalid(`${name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${node.args.length}`)
    }
    const operands = node.args.map((argument) => this.build(argument))
    const [first, second] = operands
    if (operands.length === 1 && first) return (x) => evaluate(first(x))
    if (operands.length === 2 && first && second) return (x) => evaluate(first(x), second(x))
    return (x) => evaluate(...operands.map((operand) => operand(x)))
  }

  #conditional(node: ConditionalNode): RealFunction {
    const condition = this.build(node.condition)
    const yes = this.build(node.trueExpr)
    const no = this.build(node.falseExpr)
    return (x) => (condition(x) ? yes(x) : no(x))
  }

  /** Chained comparisons: -1 < x < 1. */
  #relation(node: RelationalNode): RealFunction {
    const operands = node.params.map((parameter) => this.build(parameter))
    const tests = node.conditionals.map((name) => own(comparisons, name)!)
    return (x) => +tests.every((holds, i) => holds(operands[i]!(x), operands[i + 1]!(x)))
  }
}

/** Puts people's spellings into mathjs's, with the place in the typed text of each character. */
function respell(text: string): { text: string; places: number[] } {
  let respelled = ''
  let place = 0
  const places: number[] = []
  for (const character of text) {
    const spelling = own(spellings, character) ?? character
    for (let i = 0; i < spelling.length; i++) places.push(place)
    respelled += spelling
    place += character.length
  }
  places.push(text.length)
  return { text: respelled, places }
}

function parsed(text: string): MathNode {
  if (text.trim() === '') throw invalid('type a function of x')
  const respelled = respell(text)
  try {
    return parse(respelled.text)
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\(char \d+\)$/, '')
    const at = (error as { char?: unknown }).char
    const place = typeof at === 'number' ? ` at character ${(respelled.places[at - 1] ?? text.length) + 1}` : ''
    throw invalid(`does not parse${place}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`)
  }
}

/**
 * A function of x from what a person typed: `sin(5*pi*x)`, `5x^2 - 0.5x`, `x < 0 ? -1 : 1`, also `sin(5πx)`.
 * Where it has no value it answers NaN or an infinity. What has two readings is read as mathjs does, so that runs of long ago stay what
 * they were; new ones are for `readExpression` to let pass.
 * @throws LabError `spec/invalid` that says at which character it does not parse, or which name it does not know.
 */
export function compileExpression(text: string): RealFunction {
  return new Builder(text).build(parsed(text))
}

/**
 * What an expression was read as, with all its signs: 'sin(5 * pi * x)'.
 * @throws LabError `spec/invalid` as `compileExpression`, and for what people read in two ways (`pi/2 x`), with both written out.
 */
export function readExpression(text: string): string {
  const tree = parsed(text)
  new Builder(text).build(tree)
  const readings = ambiguityOf(tree) ?? exponentReadings(text)
  if (readings) throw invalid(`can be read as ${readings.join(' or as ')}: write the one that is meant`)
  return readingOf(tree)
}
