/** The command line `basin`: the same lab, the same database as the window. */
import { Command, CommanderError } from 'commander'
import { errorMessage } from '../../shared/api/errors'
import { checkCommand } from './check'
import { dataCommand } from './data'
import { exitCodeOfError, exitCodesText } from './exit-codes'
import { exportCommand } from './export'
import { kindsCommand } from './kinds'
import { resumeCommand } from './resume'
import { runCommand } from './run'
import { runsCommand, showCommand } from './runs'
import { serveCommand } from './serve'
import { stopRequests } from './stop'
import { guardTerminal } from './terminal'
import { version } from './version'

function program(): Command {
  const basin = new Command('basin')
    .description('A lab for seeing how neural networks learn.')
    .version(version())
    .addHelpText('after', exitCodesText)
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
    checkCommand(),
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
    process.exitCode = exitCodeOfError(error)
  }
}

// Someone who reads only the start of our output (head, a pager or a terminal that closed) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || error.code === 'EIO') process.exit()
  throw error
})

// A terminal that was closed takes no words; what there is to do is done without.
process.stderr.on('error', () => undefined)
stopRequests()
guardTerminal(process.stdout)
guardTerminal(process.stderr)

// Not before all of it is out: a pipe takes 64 KiB at a time, and only as fast as its reader.
void main().then(() => process.stdout.write('', () => process.exit()))
