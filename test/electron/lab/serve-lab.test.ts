/** What is held for a client: one answer at a time, the last event of each kind, and nothing once it left. */
import { describe, expect, it } from 'vitest'
import { EventOutbox } from '../../../electron/lab/event-outbox'
import { serveLab } from '../../../electron/lab/serve-lab'
import type { ExperimentId } from '../../../shared/api/ids'
import type { DatasetSample, LabApi, LabClientApi, LabEvent } from '../../../shared/api/lab-api'
import { connectContract, type Channel } from '../../../shared/api/rpc'
import { memoryChannels } from '../../support/fake-training'
import { smallLab } from '../server/small-server'

/** A client whose channel is drained when the test says so. */
function connectClient(methods: Partial<LabApi>) {
  const [ours, theirs] = memoryChannels()
  let close = () => {}
  let left = Promise.resolve()
  const server: Channel = { ...ours, onClose: (listener) => void (close = listener), drained: () => left }
  const lab = smallLab(methods)
  serveLab(server, lab)
  const events: LabEvent[] = []
  const client: LabClientApi = { onLabEvent: (event) => void events.push(event) }
  const hold = () => {
    let release = () => {}
    left = new Promise((resolve) => (release = resolve))
    return release
  }
  return { lab, api: connectContract<LabApi, LabClientApi>(theirs, client), events, hold, close: () => close() }
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the reads of a client', () => {
  it('are made one at a time, whatever is asked at once', async () => {
    let running = 0
    let most = 0
    const read = async <T>(value: T): Promise<T> => {
      most = Math.max(most, ++running)
      await turns(2)
      running--
      return value
    }
    const { api } = connectClient({
      readSeries: () => read([]),
      sampleDataset: () => read({} as DatasetSample),
      readResult: () => read(null),
    })
    const all = Array.from({ length: 60 }, (_, i) =>
      i % 2 ? api.sampleDataset({ dataset: 'digits', count: 10 }) : api.readSeries({ runIds: [], names: [] }),
    )
    await Promise.all(all)
    expect(most).toBe(1)
  })

  it('wait for the answer before to have left, and other calls do not', async () => {
    let reads = 0
    const { api, hold } = connectClient({ listRuns: async () => (reads++, []) })
    const release = hold()
    const waiting = [api.listRuns({}), api.listRuns({})]
    await api.listQueue({})
    await turns(10)
    expect(reads).toBe(0)
    release()
    await Promise.all(waiting)
    expect(reads).toBe(2)
  })

  it('are not begun for a client that left', async () => {
    let reads = 0
    const { api, hold, close } = connectClient({ listRuns: async () => (reads++, []) })
    const release = hold()
    for (let i = 0; i < 50; i++) void api.listRuns({}).catch(() => undefined)
    await api.listQueue({})
    close()
    release()
    await turns(20)
    expect(reads).toBe(0)
  })

  it('go on after one that failed', async () => {
    const { api } = connectClient({
      listRuns: () => Promise.reject(new Error('once')),
      listExperiments: async () => [],
    })
    await expect(api.listRuns({})).rejects.toThrow('once')
    expect(await api.listExperiments({})).toEqual([])
  })
})

describe('events for a client that does not keep up', () => {
  const changed = (id: string): LabEvent => ({ type: 'experiment-changed', experimentId: id as ExperimentId })

  it('wait as the last of each kind', async () => {
    const { lab, api, events, hold } = connectClient({})
    const release = hold()
    for (let i = 0; i < 1000; i++) lab.tell(i % 2 ? changed(`x${i % 4}`) : { type: 'experiments-changed' })
    await api.listQueue({})
    expect(events).toEqual([])
    release()
    await turns(3)
    expect(events).toEqual([{ type: 'experiments-changed' }, changed('x1'), changed('x3')])
  })

  it('go at once where nothing waits, and are forgotten when it leaves', async () => {
    const sent: LabEvent[] = []
    let release = () => {}
    const socket: { left?: Promise<void> } = {}
    const outbox = new EventOutbox(
      (event) => void sent.push(event),
      () => socket.left,
    )
    outbox.tell(changed('x1'))
    expect(sent).toEqual([changed('x1')])
    socket.left = new Promise((resolve) => (release = resolve))
    outbox.tell(changed('x2'))
    outbox.close()
    release()
    await turns(2)
    expect(sent).toEqual([changed('x1')])
  })
})
