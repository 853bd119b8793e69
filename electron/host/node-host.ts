/** Workers as child processes of plain Node, with a pipe between them that carries framed messages. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { ExitSignal } from './exit-signal'
import { streamChannel } from './frames'
import { channelDescriptor } from './worker-channel'
import type { WorkerHost, WorkerKind, WorkerProcess } from './worker-host'

export interface NodeHostOptions {
  /** Folder of the bundled worker entries (store.cjs, training.cjs). */
  bundleFolder: string
  /** A Node 22 or later. */
  nodePath: string
}

export function createNodeHost(options: NodeHostOptions): WorkerHost {
  return { startWorker: (kind) => forkWorker(kind, options) }
}

export function forkWorker(kind: WorkerKind, { bundleFolder, nodePath }: NodeHostOptions): WorkerProcess {
  const child = spawn(nodePath, [join(bundleFolder, `${kind}.cjs`)], {
    // Standard output belongs to the command line's own answer; what a worker has to say goes to standard error.
    stdio: ['ignore', 2, 2, 'pipe'],
    windowsHide: true,
  })
  const exit = new ExitSignal()
  child.on('exit', (code, signal) => exit.set({ code, signal }))
  child.on('error', (error) => {
    console.error(`Basin could not start its ${kind} process with ${nodePath}: ${error.message}`)
    exit.set({ code: null, signal: null })
  })
  // Descriptor 3 of the child, both ways.
  const channel = streamChannel(child.stdio[channelDescriptor] as Duplex)
  return {
    kind,
    get pid() {
      return child.pid
    },
    post: channel.post,
    on: channel.on,
    // What it sent before it ended is read before its end is told.
    onClose: channel.onClose,
    onExit: (listener) => exit.listen(listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
