/** A worker's end of its channel: the parent port inside an Electron utility process, a pipe elsewhere. */
import { Socket } from 'node:net'
import type { Channel } from '../../shared/api/rpc'
import { streamChannel } from './frames'
import { leaveSignalsToTheLab } from './stop-requests'

/** File descriptor of the pipe in a child process of plain Node. */
export const channelDescriptor = 3

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/**
 * Also leaves signals to the lab: it, and not a terminal or a service manager that tells everyone, decides when a worker ends.
 * @param onParentGone called when the parent died or closed the channel; the worker should finish what it must and exit. A utility
 * process ends by itself with its Electron.
 */
export function workerChannel(onParentGone: () => void): Channel {
  leaveSignalsToTheLab()
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      on: (listener) => parentPort.on('message', (event) => listener(event.data)),
    }
  }
  const channel = streamChannel(new Socket({ fd: channelDescriptor, readable: true, writable: true }))
  channel.onClose(onParentGone)
  return channel
}
