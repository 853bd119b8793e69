/** What is wrong with a value in words a person can act on, in place of zod's own: `must be positive`, `is missing`. */
import type { z } from 'zod'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

const kindNames: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  nan: 'a number',
}

/** Names for what the last key of a path says badly alone. */
function subjectOf(path: readonly PropertyKey[] | undefined): string {
  const key = path?.at(-1)
  if (typeof key !== 'string') return ''
  return `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} `
}

function quantity(limit: number | bigint, word: string): string {
  return `${limit} ${word}${Number(limit) === 1 ? '' : 's'}`
}

function boundMessage(issue: RawIssue, side: 'least' | 'most'): string {
  const limit = (side === 'least' ? issue.minimum : issue.maximum) as number | bigint
  if (issue.origin === 'string') {
    return side === 'least' && Number(limit) === 1
      ? 'must not be empty'
      : `must have at ${side} ${quantity(limit, 'character')}`
  }
  if (issue.origin === 'array') return `must have at ${side} ${quantity(limit, 'entry').replace('entrys', 'entries')}`
  if (issue.inclusive) return `must be at ${side} ${limit}`
  if (side === 'least') return Number(limit) === 0 ? 'must be positive' : `must be above ${limit}`
  return `must be below ${limit}`
}

function valuesText(values: unknown): string {
  return (values as unknown[]).map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')
}

function reason(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return `must be ${kindNames[String(issue.expected)] ?? String(issue.expected)}`
    case 'too_small':
      return boundMessage(issue, 'least')
    case 'too_big':
      return boundMessage(issue, 'most')
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be one of ${valuesText(issue.values)}`
    case 'invalid_union':
      if (issue.discriminator === undefined) return undefined
      return Array.isArray(issue.options) && issue.options.length > 0
        ? `must be one of ${valuesText(issue.options)}`
        : 'is of no known kind'
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`
    default:
      return undefined
  }
}

/**
 * For `schema.safeParse(value, { error: issueMessage })`. Messages that a schema gives itself win; what is not covered keeps zod's.
 */
export function issueMessage(issue: RawIssue): string | undefined {
  const text = reason(issue)
  return text === undefined ? undefined : `${subjectOf(issue.path)}${text}`
}
