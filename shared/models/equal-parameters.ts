/**
 * Networks of different depth with the same number of parameters: given a budget, the widths of hidden layers whose count comes nearest
 * to it. Fast enough to ask on each keystroke.
 */
import { denseParameterCount } from './model'

/** `constant`: layers as equal as the budget allows; `tapered`: each at most as wide as the one before, the last about a quarter of the first. */
export const widthShapes = ['constant', 'tapered'] as const
export type WidthShape = (typeof widthShapes)[number]

export interface WidthQuestion {
  inputSize: number
  outputSize: number
  /** Number of parameters wanted, weights and biases. */
  budget: number
  /** Number of hidden layers, at least 1. */
  depth: number
  shape: WidthShape
}

export interface WidthAnswer {
  depth: number
  /** Of the hidden layers. */
  widths: number[]
  count: number
  /** count - budget */
  difference: number
}

/** No layer of a network may be wider (model.ts). */
const widestLayer = 65_536
/** Single layers may leave the shape by this share of their width, and by one or two units in any case. */
const leeway = 0.15
const leastLeeway = 2
const taperedEnd = 0.25

function shapedWidths(width: number, { depth, shape }: WidthQuestion): number[] {
  return Array.from({ length: depth }, (_, layer) => {
    const share = shape === 'constant' || depth === 1 ? 1 : 1 - ((1 - taperedEnd) * layer) / (depth - 1)
    return Math.max(1, Math.round(width * share))
  })
}

/** The widest first layer whose shape stays within the budget (1 where none does): counts grow with the width. */
function baseWidth(question: WidthQuestion): number {
  let low = 1
  let high = widestLayer
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (countOf(shapedWidths(middle, question), question) <= question.budget) low = middle
    else high = middle - 1
  }
  return low
}

function countOf(widths: readonly number[], { inputSize, outputSize }: WidthQuestion): number {
  return denseParameterCount([inputSize, ...widths, outputSize])
}

/** Searches around one base shape; changes its own widths only. */
class WidthSearch {
  readonly widths: number[]
  private count: number

  constructor(
    private readonly question: WidthQuestion,
    private readonly base: readonly number[],
  ) {
    this.widths = [...base]
    this.count = countOf(base, question)
  }

  get distance(): number {
    return Math.abs(this.count - this.question.budget)
  }

  /** How far the widths have left their shape. */
  get departure(): number {
    return this.widths.reduce((sum, width, layer) => sum + Math.abs(width - this.base[layer]!), 0)
  }

  /** Changes at most two layers at a time, as long as that comes nearer to the budget. */
  run(): void {
    while (this.distance > 0) {
      const move = this.#bestMove()
      if (!move) return
      this.#set(move)
    }
  }

  /** Parameters that one more unit in a layer costs. */
  #slope(layer: number): number {
    const before = layer === 0 ? this.question.inputSize : this.widths[layer - 1]!
    const after = layer === this.widths.length - 1 ? this.question.outputSize : this.widths[layer + 1]!
    return before + 1 + after
  }

  /** Narrowest and widest that a layer may become. */
  #limits(layer: number): readonly [number, number] {
    const width = this.base[layer]!
    const reach = Math.max(leastLeeway, Math.floor(width * leeway))
    return [Math.max(1, width - reach), Math.min(widestLayer, width + reach)]
  }

  #isShaped(): boolean {
    if (this.question.shape === 'constant') return true
    return this.widths.every((width, layer) => layer === 0 || width <= this.widths[layer - 1]!)
  }

  #set(changes: readonly (readonly [layer: number, width: number])[]): void {
    for (const [layer, width] of changes) {
      this.count += (width - this.widths[layer]!) * this.#slope(layer)
      this.widths[layer] = width
    }
  }

  /** For each width of one layer the best width of another one follows from what is still missing. */
  #bestMove(): [number, number][] | undefined {
    const { budget } = this.question
    let best: [number, number][] | undefined
    let bestDistance = this.distance
    let bestDeparture = Infinity
    const consider = (changes: [number, number][]): void => {
      const undo = changes.map(([layer]): [number, number] => [layer, this.widths[layer]!])
      this.#set(changes)
      const { distance } = this
      const isTie = distance === bestDistance && best !== undefined
      if ((distance < bestDistance || (isTie && this.departure < bestDeparture)) && this.#isShaped()) {
        best = changes
        bestDistance = distance
        bestDeparture = this.departure
      }
      this.#set(undo.reverse())
    }
    const limits = this.widths.map((_, layer) => this.#limits(layer))
    limits.forEach(([narrowest, widest], one) => {
      for (let width = narrowest; width <= widest; width++) {
        const before = this.widths[one]!
        this.#set([[one, width]])
        const pairs = this.widths.flatMap((second, other): [number, number][] => {
          const [least, most] = limits[other]!
          const wanted = second + Math.round((budget - this.count) / this.#slope(other))
          const nearest = Math.min(most, Math.max(least, wanted))
          return other === one || nearest === second ? [] : [[other, nearest]]
        })
        this.#set([[one, before]])
        if (width !== before) consider([[one, width]])
        for (const pair of pairs) consider([[one, width], pair])
      }
    })
    return best
  }
}

/** @throws RangeError for a depth below 1 or sizes that are not positive whole numbers. */
export function equalParameterWidths(question: WidthQuestion): WidthAnswer {
  for (const key of ['inputSize', 'outputSize', 'depth', 'budget'] as const) {
    if (!Number.isSafeInteger(question[key]) || question[key] < 1)
      throw new RangeError(`${key} must be a positive whole number`)
  }
  const width = baseWidth(question)
  const searches = [...new Set([width, Math.min(widestLayer, width + 1)])].map((first) => {
    const search = new WidthSearch(question, shapedWidths(first, question))
    search.run()
    return search
  })
  const [best] = searches.sort((a, b) => a.distance - b.distance || a.departure - b.departure)
  const { widths } = best!
  const count = countOf(widths, question)
  return { depth: question.depth, widths, count, difference: count - question.budget }
}

/** One answer for each depth, in their order. */
export function equalParameterModels(question: Omit<WidthQuestion, 'depth'>, depths: readonly number[]): WidthAnswer[] {
  return depths.map((depth) => equalParameterWidths({ ...question, depth }))
}
