/** A worker's end of its channel: the parent port inside an Electron utility process, process.send elsewhere. */
import type { Channel } from '../../shared/api/rpc'

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/**
 * @param onParentGone called when the parent died or closed the channel; the worker should finish what it must and exit.
 */
export function workerChannel(onParentGone: () => void): Channel {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      on: (listener) => parentPort.on('message', (event) => listener(event.data)),
    }
  }
  if (!process.send) throw new Error('This file is a Basin worker: the lab starts it, not a person.')
  process.on('disconnect', onParentGone)
  return {
    post: (message) => void (process.connected && process.send!(message)),
    on: (listener) => void process.on('message', listener),
  }
}
