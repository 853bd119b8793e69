/** The command line `basin`: the same lab, the same database as the window. Exit codes: 0 done, 1 failed, 2 bad input, 3 lab busy. */
import { Command, CommanderError } from 'commander'
import { errorMessage, isLabError, LabError } from '../../shared/api/errors'
import { dataCommand } from './data'
import { exportCommand } from './export'
import { kindsCommand } from './kinds'
import { resumeCommand } from './resume'
import { runCommand } from './run'
import { runsCommand, showCommand } from './runs'
import { serveCommand } from './serve'
import { version } from './version'

const badInput = new Set([
  'argument/invalid',
  'spec/invalid',
  'spec/unknown-kind',
  'spec/unknown-preset',
  'experiment/not-found',
  'run/not-found',
  'dataset/unknown',
])

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (isLabError(error, 'lab/busy')) return 3
  if (error instanceof LabError && badInput.has(error.code)) return 2
  return 1
}

function program(): Command {
  const basin = new Command('basin')
    .description('A lab for seeing how neural networks learn.')
    .version(version())
    .showHelpAfterError('(basin --help lists the commands)')
    .exitOverride()
  for (const command of [
    kindsCommand(),
    runCommand(),
    resumeCommand(),
    runsCommand(),
    showCommand(),
    exportCommand(),
    dataCommand(),
    serveCommand(),
  ])
    basin.addCommand(command.exitOverride())
  return basin
}

async function main(): Promise<void> {
  try {
    await program().parseAsync(process.argv)
  } catch (error) {
    // Commander has said what is wrong with the words of the command itself.
    if (!(error instanceof CommanderError)) process.stderr.write(`basin: ${errorMessage(error)}\n`)
    process.exitCode = exitCode(error)
  }
}

// Someone who reads only the start of our output (head, a pager that closed) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

// Not before all of it is out: a pipe takes 64 KiB at a time, and only as fast as its reader.
void main().then(() => process.stdout.write('', () => process.exit()))
