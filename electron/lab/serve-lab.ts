/**
 * Connects one client to a lab over a channel: its calls, and the lab's events to it. What a client asks for is made and held one answer
 * at a time, so that no number of questions fills the memory.
 */
import { setImmediate } from 'node:timers/promises'
import { labSchemas, type LabApi, type LabClientApi, type LabEvent } from '../../shared/api/lab-api'
import { serveContract, type Channel } from '../../shared/api/rpc'
import { EventOutbox } from './event-outbox'
import { OneAtATime } from './one-at-a-time'

/** What serving needs of a lab; tests serve a small one. */
export interface ServableLab extends LabApi {
  onEvent(listener: (event: LabEvent) => void): () => void
}

/** Calls whose answers may be large, or take much to make. Those of a lane wait for each other; estimates take long and are small. */
const lanes: Partial<Record<keyof LabApi, 'reads' | 'estimates'>> = {
  estimate: 'estimates',
  listExperiments: 'reads',
  getExperiment: 'reads',
  listRuns: 'reads',
  readSeries: 'reads',
  listFrames: 'reads',
  listSnapshots: 'reads',
  readPredictions: 'reads',
  readResult: 'reads',
  readResultPart: 'reads',
  sampleDataset: 'reads',
}

type Method = (argument: unknown) => Promise<unknown>

/**
 * Serves until the channel closes.
 * @param guard may replace single methods, for a shell that allows less (a window may import only what its dialog gave).
 */
export function serveLab(channel: Channel, lab: ServableLab, guard: Partial<LabApi> = {}): void {
  const drained = () => channel.drained?.()
  // The answer before is posted in the same turn as it is made; only after that turn it is known whether it has left.
  const untilLeft = async () => {
    await setImmediate()
    await drained()
  }
  const queues = { reads: new OneAtATime(untilLeft), estimates: new OneAtATime() }
  const guarded = new Proxy(lab as LabApi, {
    get: (target, name) => {
      const own = (guard[name as keyof LabApi] ?? target[name as keyof LabApi]).bind(target) as Method
      const lane = lanes[name as keyof LabApi]
      return lane ? (argument: unknown) => queues[lane].run(() => own(argument)) : own
    },
  })
  const client = serveContract<LabApi, LabClientApi>(channel, guarded, labSchemas)
  const events = new EventOutbox((event) => client.onLabEvent(event), drained)
  const end = lab.onEvent((event) => events.tell(event))
  channel.onClose?.(() => {
    end()
    events.close()
    for (const queue of Object.values(queues)) queue.close()
  })
}
