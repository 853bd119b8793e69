/**
 * How a contract is written: one schema per method for its argument; client and handler types are derived from the interface,
 * and arguments are parsed where they arrive.
 */
import type { z } from 'zod'
import { LabError, type Issue } from './errors'
import { issueMessage } from './issue-message'
import { dataIssue } from './plain-data'

/** The schema of each method's argument; every method takes one argument object and answers with a promise. */
export type ContractSchemas<Api> = {
  [Method in keyof Api]: Api[Method] extends (argument: infer Argument) => unknown ? z.ZodType<Argument> : never
}

/** Turns zod's issues into paths and reasons that a person can read. */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown key' }))
    return [{ path, message: issue.message }]
  })
}

/** training.epochs: must be at least 1 */
export function issueText(issue: Issue): string {
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message
}

/** More than a person reads. */
const mostIssues = 50

/** @throws LabError with a code, naming the path and the reason of what is wrong, the first fifty. */
export function parseOrThrow<T>(
  schema: z.ZodType<T>,
  value: unknown,
  code: 'argument/invalid' | 'spec/invalid',
  what: string,
): T {
  const trap = dataIssue(value)
  if (trap) throw new LabError(code, `${what}: ${issueText(trap)}`, [trap])
  const result = schema.safeParse(value, { error: issueMessage })
  if (result.success) return result.data
  const all = issuesOf(result.error)
  const issues = all.slice(0, mostIssues)
  const more = all.length > mostIssues ? `; and ${(all.length - mostIssues).toLocaleString('en')} more` : ''
  throw new LabError(code, `${what}: ${issues.map(issueText).join('; ')}${more}`, issues)
}
