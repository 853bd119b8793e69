/**
 * The filter of the runs table. Terms stand side by side and all must hold:
 *
 *     deep "two words"                     words found in label, experiment, model or data
 *     status:finished,stopped              text contains, any of a list
 *     testAccuracy>0.97  parameters <= 600 numbers; 97% is 0.97, 2k is 2,000
 *     date>=2026-11-01                     days, in local time
 *     -status:failed  not deep             the opposite of a term
 *
 * Names are those of the columns, in any case.
 */
import type { RunRow } from '../../../shared/api/records'
import { runColumns, type RunColumn } from './run-columns'

export type FilterResult = { ok: true; matches: (row: RunRow) => boolean } | { ok: false; message: string }

type Predicate = (row: RunRow) => boolean
type Operator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<='
type Token = { type: 'word'; text: string; quoted: boolean } | { type: 'operator'; operator: Operator }

class FilterError extends Error {}

const columnsByName = new Map(runColumns.map((column) => [column.columnId.toLowerCase(), column]))
const searched = ['label', 'experiment', 'model', 'data'].map((name) => columnsByName.get(name)!)
const tokenPattern = /\s*(?:"([^"]*)"|(!=|>=|<=|[:=<>])|([^\s":=<>!]+|!))/y

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const source = text.trimEnd()
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < source.length) {
    const match = tokenPattern.exec(source)
    if (!match) throw new FilterError('A quotation mark (") is not closed.')
    const [, quoted, operator, word] = match
    if (operator !== undefined) tokens.push({ type: 'operator', operator: operator as Operator })
    else tokens.push({ type: 'word', text: quoted ?? word ?? '', quoted: quoted !== undefined })
  }
  return tokens
}

function columnNamed(name: string): RunColumn {
  const column = columnsByName.get(name.toLowerCase())
  if (column) return column
  throw new FilterError(
    `There is no column “${name}”. Columns: ${runColumns.map((known) => known.columnId).join(', ')}.`,
  )
}

const numberPattern = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(%|k|m)?$/i
const multipliers: Record<string, number> = { '%': 0.01, k: 1e3, m: 1e6 }

function numberFrom(text: string, column: RunColumn): number {
  const match = numberPattern.exec(text.replaceAll(',', ''))
  if (!match) throw new FilterError(`${column.columnId} is compared with a number, not “${text}”.`)
  return Number(match[1]) * (multipliers[match[2]?.toLowerCase() ?? ''] ?? 1)
}

/** The day [from, to) in Unix milliseconds, local time. */
function dayFrom(text: string, column: RunColumn): { from: number; to: number } {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  const [year, month, day] = (match?.slice(1) ?? []).map(Number)
  const from = new Date(year ?? NaN, (month ?? NaN) - 1, day)
  if (Number.isNaN(from.getTime()) || from.getMonth() + 1 !== month || from.getDate() !== day)
    throw new FilterError(`${column.columnId} is compared with a day such as 2026-11-21, not “${text}”.`)
  return { from: from.getTime(), to: new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1).getTime() }
}

/** Compares with the range [from, to]; a number is a range of one. */
function comparison(operator: Operator, from: number, to: number): (value: number) => boolean {
  switch (operator) {
    case '>':
      return (value) => value > to
    case '>=':
      return (value) => value >= from
    case '<':
      return (value) => value < from
    case '<=':
      return (value) => value <= to
    case '!=':
      return (value) => value < from || value > to
    default:
      return (value) => value >= from && value <= to
  }
}

function numericTerm(column: RunColumn, operator: Operator, text: string): Predicate {
  let holds: (value: number) => boolean
  if (column.type === 'date') {
    const day = dayFrom(text, column)
    holds = comparison(operator, day.from, day.to - 1)
  } else {
    const wanted = numberFrom(text, column)
    // Computed values such as times and accuracies are matched to what a person can type.
    const slack = Math.abs(wanted) * 1e-9
    holds = comparison(operator, wanted - slack, wanted + slack)
  }
  return (row) => {
    const value = column.value(row)
    return typeof value === 'number' && holds(value)
  }
}

function textTerm(column: RunColumn, operator: Operator, text: string, quoted: boolean): Predicate {
  if (operator !== ':' && operator !== '=' && operator !== '!=')
    throw new FilterError(
      `${column.columnId} is text: use ${column.columnId}:… or ${column.columnId}=…, not ${operator}.`,
    )
  const wanted = (quoted ? [text] : text.split(',').filter((part) => part !== '')).map((part) => part.toLowerCase())
  const exact = operator !== ':'
  const found: Predicate = (row) => {
    const value = String(column.value(row)).toLowerCase()
    return wanted.some((part) => (exact ? value === part : value.includes(part)))
  }
  return operator === '!=' ? (row) => !found(row) : found
}

function wordTerm(text: string): Predicate {
  const wanted = text.toLowerCase()
  return (row) => searched.some((column) => String(column.value(row)).toLowerCase().includes(wanted))
}

/** One term from `tokens` at `start`; the index after it. */
function parseTerm(tokens: Token[], start: number): { predicate: Predicate; end: number } {
  const head = tokens[start]!
  if (head.type === 'operator') throw new FilterError(`“${head.operator}” needs a column name before it.`)
  const next = tokens[start + 1]
  if (!head.quoted && head.text.length > 1 && head.text.startsWith('-')) {
    const positive: Token[] = tokens.slice()
    positive[start] = { type: 'word', text: head.text.slice(1), quoted: false }
    return opposite(parseTerm(positive, start))
  }
  if (!head.quoted && ['not', '-'].includes(head.text.toLowerCase()) && next?.type === 'word')
    return opposite(parseTerm(tokens, start + 1))
  if (next?.type !== 'operator') return { predicate: wordTerm(head.text), end: start + 1 }
  const column = columnNamed(head.text)
  const value = tokens[start + 2]
  if (value?.type !== 'word') throw new FilterError(`${column.columnId}${next.operator} needs a value after it.`)
  const predicate =
    column.type === 'text'
      ? textTerm(column, next.operator, value.text, value.quoted)
      : numericTerm(column, next.operator, value.text)
  return { predicate, end: start + 3 }
}

function opposite(term: { predicate: Predicate; end: number }): { predicate: Predicate; end: number } {
  return { predicate: (row) => !term.predicate(row), end: term.end }
}

/** Parses what a person typed; a message says what is wrong and what would be right. Never throws. */
export function parseRunFilter(text: string): FilterResult {
  try {
    const tokens = tokenize(text)
    const predicates: Predicate[] = []
    let next = 0
    while (next < tokens.length) {
      const token = tokens[next]!
      if (token.type === 'word' && !token.quoted && token.text.toLowerCase() === 'and' && next > 0) {
        next++
        continue
      }
      const { predicate, end } = parseTerm(tokens, next)
      predicates.push(predicate)
      next = end
    }
    return { ok: true, matches: (row) => predicates.every((predicate) => predicate(row)) }
  } catch (error) {
    if (error instanceof FilterError) return { ok: false, message: error.message }
    throw error
  }
}
