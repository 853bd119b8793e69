/** Workers as child processes of plain Node, by child_process.fork with structured clone between them. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { ExitSignal } from './exit-signal'
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
  const environment = { ...process.env }
  // Inside Electron this would make the child think that it is one.
  delete environment.ELECTRON_RUN_AS_NODE
  const child = fork(join(bundleFolder, `${kind}.cjs`), [], {
    execPath: nodePath,
    execArgv: [],
    serialization: 'advanced',
    env: environment,
    // Standard output belongs to the command line's own answer; what a worker has to say goes to standard error.
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const exit = new ExitSignal()
  child.on('exit', (code, signal) => exit.set({ code, signal }))
  child.on('error', (error) => {
    console.error(`Basin could not start its ${kind} process with ${nodePath}: ${error.message}`)
    exit.set({ code: null, signal: null })
  })
  return {
    kind,
    get pid() {
      return child.pid
    },
    // A message to a process that just died is lost; its end is reported by onExit.
    post: (message) => void (child.connected && child.send(message as object, () => undefined)),
    on: (listener) => void child.on('message', listener),
    onExit: (listener) => exit.listen(listener),
    onClose: (listener) => exit.listen(() => listener()),
    kill: () => void child.kill('SIGKILL'),
  }
}
