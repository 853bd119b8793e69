/**
 * Starts Basin's own process and waits for it. Over a pipe the child hears what this process hears (signals to it alone, as a script
 * sends them) and, when the pipe closes, that this process has gone, also by a kill that nobody can catch. See electron/host/stop-requests.ts.
 */
import { spawn } from 'node:child_process'
import { fstatSync, readSync } from 'node:fs'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { say } from './log.mjs'

/** Descriptor of the pipe in the child: the first after the standard ones. */
const pipe = 3
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

/** @param npmIsParent npm waits for this process: its end is the end of whoever started us. */
export function launch(command, args, { env = {}, cwd = process.cwd(), npmIsParent = false } = {}) {
  const keeps = isUnderNohup()
  const child = spawn(command, args, {
    cwd,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, ...env, BASIN_LAUNCHER_PIPE: String(pipe), ...(keeps && { BASIN_IGNORES_HANGUP: '1' }) },
  })
  child.on('error', (error) => {
    say(`could not start ${command}: ${error.message}`)
    process.exit(1)
  })
  const wire = child.stdio[pipe]
  // The child may just have ended; that is told below.
  wire.on('error', () => undefined)
  for (const signal of signals)
    process.on(signal, () => {
      if (!(signal === 'SIGHUP' && keeps)) wire.write(`${signal}\n`)
    })
  if (npmIsParent) onParentGone(() => wire.end())
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)))
}

/** npm passes a SIGTERM on and nothing else: whoever kills it means what it started. */
function onParentGone(act) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, 1000)
  timer.unref()
}

/**
 * Whether whoever started this wants it to outlive its terminal. Node forgets at its start that SIGHUP was ignored; what is left of nohup is
 * its name in `_`, where the shell put it, or the null device, opened so that it cannot be read, in place of a terminal.
 */
function isUnderNohup() {
  if (/(^|\/)nohup$/.test(process.env._ ?? '')) return true
  try {
    if (!fstatSync(0).isCharacterDevice() || isatty(0)) return false
    readSync(0, Buffer.alloc(1))
    return false
  } catch (error) {
    return error.code === 'EBADF'
  }
}
