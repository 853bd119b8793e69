/**
 * How an expression was read, written out with all its signs, and where people read it in two ways: a product without a sign beside a
 * quotient, `pi/2 x`, which is (pi/2)*x to some and pi/(2*x) to others. Trees are those of mathjs.
 */
import type {
  ConditionalNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  RelationalNode,
} from 'mathjs/number'

const arithmetic: Record<string, string> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  mod: '%',
  pow: '^',
}
const comparisons: Record<string, string> = {
  smaller: '<',
  smallerEq: '<=',
  larger: '>',
  largerEq: '>=',
  equal: '==',
  unequal: '!=',
}

function inside(node: MathNode): MathNode {
  return node.type === 'ParenthesisNode' ? inside((node as ParenthesisNode).content) : node
}

function operator(node: MathNode): OperatorNode | null {
  return node.type === 'OperatorNode' ? (node as OperatorNode) : null
}

function binary(sign: string, left: string, right: string): string {
  return sign === '^' ? `${left}^${right}` : `${left} ${sign} ${right}`
}

/** Whether an operand is clear without parentheses: products and powers in sums, sums and products to the left of their like. */
function isClear(operand: string, sign: string, isFirst: boolean): boolean {
  if (operand === '^') return sign !== '^'
  if (sign === '+' || sign === '-') return operand === '*' || operand === '/' || (isFirst && '+-'.includes(operand))
  return sign === '*' && isFirst && operand === '*'
}

function operandText(node: MathNode, sign: string, isFirst: boolean): string {
  const bare = inside(node)
  const text = readingOf(bare)
  const own = operator(bare)
  if (!own) return /Conditional|Relational/.test(bare.type) ? `(${text})` : text
  const ownSign = own.args.length === 2 ? arithmetic[own.fn] : undefined
  return ownSign !== undefined && isClear(ownSign, sign, isFirst) ? text : `(${text})`
}

/** A side of a comparison: arithmetic stands alone there, other comparisons do not. */
function sideText(node: MathNode): string {
  const bare = inside(node)
  const isChoice = bare.type === 'RelationalNode' || bare.type === 'ConditionalNode'
  return isChoice || (operator(bare)?.fn ?? '') in comparisons ? `(${readingOf(bare)})` : readingOf(bare)
}

/** With every sign of a product, and parentheses wherever one might wonder: 'sin((pi / 2) * x)'. */
export function readingOf(node: MathNode): string {
  const bare = inside(node)
  const own = operator(bare)
  if (own) {
    const [first, second] = own.args as MathNode[]
    if (!second) return `${own.fn === 'unaryMinus' ? '-' : '+'}${operandText(first!, '^', false)}`
    const sign = own.fn in arithmetic ? arithmetic[own.fn]! : (comparisons[own.fn] ?? own.op)
    if (own.fn in comparisons) return `${sideText(first!)} ${sign} ${sideText(second)}`
    return binary(sign, operandText(first!, sign, true), operandText(second, sign, false))
  }
  if (bare.type === 'FunctionNode') {
    const { fn, args } = bare as FunctionNode
    return `${fn.toString()}(${args.map(readingOf).join(', ')})`
  }
  if (bare.type === 'ConditionalNode') {
    const { condition, trueExpr, falseExpr } = bare as ConditionalNode
    const asked = inside(condition).type === 'ConditionalNode' ? sideText(condition) : readingOf(condition)
    return `${asked} ? ${operandText(trueExpr, '^', false)} : ${operandText(falseExpr, '^', false)}`
  }
  if (bare.type === 'RelationalNode') {
    const { params, conditionals } = bare as RelationalNode
    return params.map((part, i) => (i === 0 ? '' : ` ${comparisons[conditionals[i - 1]!]} `) + sideText(part)).join('')
  }
  return bare.toString()
}

/** The factors of a product that is written without signs; one that is none is its own only factor. */
function factorsOf(node: MathNode): MathNode[] {
  const own = operator(node)
  if (own?.fn !== 'multiply' || !own.implicit) return [node]
  return (own.args as MathNode[]).flatMap(factorsOf)
}

function joined(texts: readonly string[]): string {
  return texts.length > 1 ? `(${texts.join(' * ')})` : texts[0]!
}

/** Both readings of a quotient (or remainder) with such a product behind its sign; null for what has one reading. */
function readingsOf(node: MathNode): [string, string] | null {
  const factors = factorsOf(node)
  const quotients = factors.map((factor) => {
    const own = operator(factor)
    return own?.fn === 'divide' || own?.fn === 'mod' ? own : null
  })
  const at = quotients.findIndex((quotient) => quotient !== null)
  const quotient = quotients[at]
  if (!quotient) return null
  const [over, under] = quotient.args as [MathNode, MathNode]
  const sign = arithmetic[quotient.fn]!
  const below = [...factorsOf(under), ...factors.slice(at + 1)].map((factor) => operandText(factor, '*', false))
  const before = factors.slice(0, at).map((factor) => operandText(factor, '*', false))
  if (below.length < 2) return null
  const top = [...before, operandText(over, sign, true)]
  const [first, ...rest] = below
  const near = [`(${binary(sign, joined(top), first!)})`, ...rest].join(' * ')
  return [near, binary(sign, joined(top), joined(below))]
}

/** The first place of an expression that has two readings, with both; null where everything has one. */
export function ambiguityOf(tree: MathNode): [string, string] | null {
  let found: [string, string] | null = null
  tree.traverse((node) => (found ??= readingsOf(node)))
  return found
}

/** `2^3x`: a number in an exponent that runs on into a name (no function) without a space, to some 2^(3*x). Superscripts end themselves. */
const exponentRunsOn = /\^\s*([-+]?(?:\d+\.?\d*|\.\d+))(?!\d|\.|e[-+]?\d)([a-zA-Zπτ]+)(?!\w*\s*\()/

/** Both readings of the first such exponent. */
export function exponentReadings(text: string): [string, string] | null {
  const match = exponentRunsOn.exec(text)
  if (!match) return null
  const [, exponent, name] = match as unknown as [string, string, string]
  return [`^${exponent} * ${name}`, `^(${exponent} * ${name})`]
}
