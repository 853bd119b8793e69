/** With what code the command line ends, and what each means. The text is that of --help; README.md says the same. */
import { CommanderError } from 'commander'
import { isLabError, LabError } from '../../shared/api/errors'
import type { ExperimentDetail } from '../../shared/api/records'

export const exitCodes = { done: 0, failed: 1, badInput: 2, busy: 3, diverged: 4 } as const

export const exitCodesText = `
Exit codes:
  0    done; all runs and analyses came to their end
  1    something failed or was interrupted: a run, an analysis, the command itself; of 'basin check': damage was found
  2    bad input: an option, a spec, an id
  3    another Basin is using the folder
  4    a run diverged, its loss no longer a finite number; nothing failed, and all results are there
  130  Ctrl+C (SIGINT); 129 SIGHUP, 131 SIGQUIT, 143 SIGTERM`

const badInput = new Set([
  'argument/invalid',
  'spec/invalid',
  'spec/unknown-kind',
  'spec/unknown-preset',
  'experiment/not-found',
  'run/not-found',
  'dataset/unknown',
])

/** Of a command that threw. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  if (isLabError(error, 'lab/busy')) return exitCodes.busy
  return error instanceof LabError && badInput.has(error.code) ? exitCodes.badInput : exitCodes.failed
}

/**
 * Of a command that waited for these experiments: the worst that became of a run or an analysis of theirs. Older runs that an experiment
 * only asks do not count: what became of them was told when they trained.
 */
export function exitCodeOfResults(details: readonly Pick<ExperimentDetail, 'runs' | 'analyses'>[]): number {
  const statuses = new Set(details.flatMap(({ runs, analyses }) => [...runs, ...analyses].map(({ status }) => status)))
  if (statuses.has('failed') || statuses.has('interrupted')) return exitCodes.failed
  return statuses.has('diverged') ? exitCodes.diverged : exitCodes.done
}
