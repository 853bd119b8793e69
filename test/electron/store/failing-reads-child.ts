/**
 * A process that records on a disk that fails at some of its reads while a file is there: node failing-reads-child.cjs HOME FILE ROUNDS.
 * Says as JSON which codes it met, how often, and what its stores said when they stopped.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { LabError } from '../../../shared/api/errors'
import type { OpenStore } from '../../../electron/store/open-store'
import { Store } from '../../../electron/store/store'
import { batch, experimentId, newExperiment, runId } from './fixtures'

const points = 40_000

async function main(home: string, faults: string, rounds: number): Promise<void> {
  const codes: Record<string, number> = {}
  const stopped: string[] = []
  const made: number[] = []
  const note = (error: unknown) => {
    const code = error instanceof LabError ? error.code : String(error)
    codes[code] = (codes[code] ?? 0) + 1
  }
  for (let round = 1; round <= rounds; round++) {
    // Every third is opened on a disk that fails.
    if (round % 3 === 0) writeFileSync(faults, '')
    const store = new Store({ cacheBytes: 0, onStopped: ({ message }) => stopped.push(message) })
    try {
      await store.open({ home, mode: 'write' })
    } catch (error) {
      note(error)
      rmSync(faults, { force: true })
      continue
    }
    rmSync(faults, { force: true })
    const { database } = (store as unknown as { current: OpenStore }).current.connection
    // So that it has to read.
    database.pragma('cache_size = 20')
    await store.createExperiment(newExperiment(round, 2))
    const before = made.at(-1)
    made.push(round)
    const of = runId(round)
    const values = Float32Array.from({ length: points }, (_, i) => Math.sin(i * round))
    writeFileSync(faults, '')
    const series = { name: 'batchLoss' as const, firstStep: 1, values }
    for (const call of [
      () => store.append(batch(of, points, [series])),
      () => store.saveSnapshot({ runId: of, step: 1, epoch: 1, parameters: new Float32Array(60_000).fill(round) }),
      () => store.saveSnapshot({ runId: of, step: 2, epoch: 2, parameters: new Float32Array(60_000).fill(round) }),
      () => store.flush(),
      () => store.readSeries({ runIds: [of], names: ['batchLoss'] }),
      () => store.listRuns(),
      () => store.deleteSnapshots({ runIds: [of], keepLast: true }),
      () => store.updateRun({ runId: of, status: 'finished', endedAt: 1 }),
      async () => before && store.setExperimentDeleted({ experimentId: experimentId(before), deleted: true }),
    ])
      await (call() as Promise<unknown>).catch(note)
    if (round % 2 === 0) rmSync(faults, { force: true })
    await store.close().catch(note)
    rmSync(faults, { force: true })
  }
  process.stdout.write(JSON.stringify({ codes, stopped }))
}

void main(process.argv[2]!, process.argv[3]!, Number(process.argv[4]))
