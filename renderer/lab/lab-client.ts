/** The page's one connection to its lab: `lab.startExperiment(...)`, `onLabEvent(...)`, and the state of the connection. */
import { shallowRef, readonly } from 'vue'
import type { LabEvent } from '../../shared/api/lab-api'
import { openElectronTransport } from './electron-transport'
import { connectLab, type ConnectionState } from './lab-connection'
import { labAddress, openWebSocketTransport, takeToken } from './web-socket-transport'

const eventListeners = new Set<(event: LabEvent) => void>()
const openListeners = new Set<() => void>()
const state = shallowRef<{ state: ConnectionState; retryAt: number | null }>({ state: 'connecting', retryAt: null })

/** null in the desktop window, where nothing needs one, and in a page opened without it. */
const token = globalThis.basin ? null : takeToken()

/** A page opened without its token cannot connect; the person needs the address that `basin serve` printed. */
export const needsToken = !globalThis.basin && token === null

const connection = connectLab({
  open: async () => {
    if (globalThis.basin) return openElectronTransport(globalThis.basin)
    return openWebSocketTransport(labAddress(location.href, token))
  },
  onEvent: (event) => eventListeners.forEach((listener) => listener(event)),
  onState: (next, retryAt) => {
    state.value = { state: next, retryAt }
    if (next === 'open') openListeners.forEach((listener) => listener())
  },
})

export const lab = connection.lab
export const connectionState = readonly(state)
export const retryConnection = () => connection.retryNow()

/** @returns a function that ends it. Events while the connection was lost are gone: re-read in `onLabOpen`. */
export function onLabEvent(listener: (event: LabEvent) => void): () => void {
  eventListeners.add(listener)
  return () => void eventListeners.delete(listener)
}

/** Called at each (re)connection, and at once when it is open already. @returns a function that ends it. */
export function onLabOpen(listener: () => void): () => void {
  openListeners.add(listener)
  if (state.value.state === 'open') listener()
  return () => void openListeners.delete(listener)
}
