/** `basin serve`: the app for a browser on this machine, until Ctrl+C. What is unfinished then goes on with the next start. */
import { spawn } from 'node:child_process'
import { Command, InvalidArgumentError } from 'commander'
import { LabError } from '../../shared/api/errors'
import { exitCodeOf } from '../host/stop-requests'
import { startLabServer, type LabServer } from '../server/lab-server'
import { pageFolder, withLab } from './open-lab'
import { writeStartPage, type StartPage } from './start-page'
import { stopRequests } from './stop'

interface ServeOptions {
  port: number
  open?: boolean
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the app to a browser on this machine')
    .option('--port <n>', 'listen on this port of 127.0.0.1 (default: any free one)', portNumber, 0)
    .option('--open', 'open the browser')
    .action(serve)
}

async function serve({ port, open }: ServeOptions): Promise<void> {
  await withLab('serve', async (lab) => {
    const server = await listenOrExplain(() => startLabServer({ lab, pageFolder: pageFolder(), port }), port)
    await lab.announce(new URL(server.url).origin)
    process.stdout.write(`Basin is at ${server.url}\n`)
    process.stderr.write('Ctrl+C ends it.\n')
    if (open) openBrowser(server.url)
    await Promise.race([
      new Promise<void>((resolve) => {
        stopRequests().listen(({ signal, isRepeated }) => (isRepeated ? process.exit(exitCodeOf(signal)) : resolve()))
      }),
      new Promise<never>((_resolve, reject) => {
        lab.onStoreDied(reject)
      }),
    ]).finally(() => server.close())
  })
}

async function listenOrExplain(start: () => Promise<LabServer>, port: number): Promise<LabServer> {
  try {
    return await start()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new LabError('argument/invalid', `Port ${port} is in use; --port 0 takes any free one.`)
    if (code === 'EACCES')
      throw new LabError('argument/invalid', `Port ${port} is not ours to listen on; --port 0 takes any free one.`)
    throw error
  }
}

/** Best effort: the address is printed anyway. */
function openBrowser(url: string): void {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return
  let page: StartPage
  try {
    page = writeStartPage(url)
  } catch {
    return
  }
  // Also when a second Ctrl+C ends the process at once.
  process.once('exit', page.remove)
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  const child = spawn(command, [page.path], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

function portNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('expected a port from 0 to 65535')
  return value
}
