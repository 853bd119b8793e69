/**
 * How a contract is written: one schema per method for its argument; client and handler types are derived from the interface,
 * and arguments are parsed where they arrive.
 */
import type { z } from 'zod'
import { LabError, type Issue } from './errors'
import { issueMessage } from './issue-message'

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

/** @throws LabError with a code, naming the path and the reason of all that is wrong. */
export function parseOrThrow<T>(
  schema: z.ZodType<T>,
  value: unknown,
  code: 'argument/invalid' | 'spec/invalid',
  what: string,
): T {
  const result = schema.safeParse(value, { error: issueMessage })
  if (result.success) return result.data
  const issues = issuesOf(result.error)
  throw new LabError(code, `${what}: ${issues.map(issueText).join('; ')}`, issues)
}
