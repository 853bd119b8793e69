/** Connects one client to a lab over a channel: its calls, and the lab's events to it. */
import { labSchemas, type LabApi, type LabClientApi, type LabEvent } from '../../shared/api/lab-api'
import { serveContract, type Channel } from '../../shared/api/rpc'

/** What serving needs of a lab; tests serve a small one. */
export interface ServableLab extends LabApi {
  onEvent(listener: (event: LabEvent) => void): () => void
}

/**
 * Serves until the channel closes.
 * @param guard may replace single methods, for a shell that allows less (a window may import only what its dialog gave).
 */
export function serveLab(channel: Channel, lab: ServableLab, guard: Partial<LabApi> = {}): void {
  const guarded = new Proxy(lab as LabApi, {
    get: (target, name) => {
      const own = guard[name as keyof LabApi] ?? target[name as keyof LabApi]
      return own.bind(target)
    },
  })
  const client = serveContract<LabApi, LabClientApi>(channel, guarded, labSchemas)
  const end = lab.onEvent((event) => client.onLabEvent(event))
  channel.onClose?.(end)
}
