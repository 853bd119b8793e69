/** Errors that a person can do something about. They cross process borders as {name, code, message} and come back as LabError. */

export const labErrorCodes = [
  'argument/invalid',
  'answer/too-large',
  'spec/invalid',
  'spec/unknown-kind',
  'spec/unknown-preset',
  'experiment/not-found',
  'experiment/not-running',
  'run/not-found',
  'analysis/not-found',
  'snapshot/missing',
  'checkpoint/unusable',
  'dataset/unknown',
  'dataset/missing',
  'dataset/damaged',
  'dataset/unreachable',
  'dataset/canceled',
  'dataset/changed',
  'disk/read-only',
  'engine/unavailable',
  'engine/bad-model',
  'engine/bad-data',
  'engine/out-of-memory',
  'engine/canceled',
  'lab/busy',
  'lab/closed',
  'store/damaged',
  'store/lost',
  'store/newer',
  'store/too-large',
  'store/unwritable',
  'worker/died',
  'worker/ended',
  'internal',
] as const
export type LabErrorCode = (typeof labErrorCodes)[number]

/** Where in what a person gave the trouble is, for forms: a path such as ['training', 'epochs'] and the reason. */
export interface Issue {
  path: (string | number)[]
  message: string
}

export class LabError extends Error {
  override readonly name = 'LabError'
  constructor(
    readonly code: LabErrorCode,
    message: string,
    readonly issues: Issue[] = [],
  ) {
    super(message)
  }
}

/** What crosses a process border. */
export interface PlainError {
  name: string
  code: LabErrorCode
  message: string
  issues?: Issue[]
}

export function isLabError(error: unknown, code?: LabErrorCode): error is LabError {
  return error instanceof LabError && (code === undefined || error.code === code)
}

/** Bugs become `internal` with their message; their stack stays in the log of the process where they happened. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof LabError)
    return { name: error.name, code: error.code, message: error.message, issues: error.issues }
  return { name: 'LabError', code: 'internal', message: error instanceof Error ? error.message : String(error) }
}

export function fromPlainError(plain: PlainError): LabError {
  const code = labErrorCodes.includes(plain.code) ? plain.code : 'internal'
  return new LabError(code, String(plain.message), plain.issues ?? [])
}

/** The text a person reads for anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The data that something needs are not here, or not those that it needs: once they are, there is nothing wrong with it. */
export function isDataProblem(error: unknown): error is LabError {
  return (
    isLabError(error, 'dataset/missing') || isLabError(error, 'dataset/changed') || isLabError(error, 'dataset/damaged')
  )
}
