/** Workers as Electron utility processes; those that need a newer Node than Electron brings run on the Node 24 beside the app. */
import { utilityProcess } from 'electron'
import { join } from 'node:path'
import { ExitSignal } from './exit-signal'
import { forkWorker, type NodeHostOptions } from './node-host'
import type { WorkerHost, WorkerKind, WorkerProcess } from './worker-host'

/** Oldest Node each worker runs on; better-sqlite3 13 needs 22. */
const oldestNode: Record<WorkerKind, number> = { store: 22, training: 16, analysis: 16 }

export function createElectronHost(options: NodeHostOptions): WorkerHost {
  const electronNode = Number.parseInt(process.versions.node, 10)
  return {
    startWorker: (kind) =>
      electronNode >= oldestNode[kind] ? forkUtility(kind, options.bundleFolder) : forkWorker(kind, options),
  }
}

function forkUtility(kind: WorkerKind, bundleFolder: string): WorkerProcess {
  const child = utilityProcess.fork(join(bundleFolder, `${kind}.cjs`), [], { serviceName: `Basin ${kind}` })
  const exit = new ExitSignal()
  child.on('exit', (code) => exit.set({ code, signal: null }))
  return {
    kind,
    get pid() {
      return child.pid
    },
    post: (message) => child.postMessage(message),
    on: (listener) => void child.on('message', listener),
    onExit: (listener) => exit.listen(listener),
    onClose: (listener) => exit.listen(() => listener()),
    kill: () => {
      // utilityProcess.kill asks politely; a busy worker must go at once.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    },
  }
}
