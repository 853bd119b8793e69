/**
 * A process that records until it is killed: node recording-child.cjs HOME [snapshots]. Says how far it is, and when, as lines of JSON:
 * step and clock just before each batch, written once the store has taken it (and weights after it, where they are asked for).
 */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Store } from '../../../electron/store/store'
import { batch, experimentId, newExperiment, recordedSnapshot, recordedValue, runId } from './fixtures'

const batchSize = 500

async function record(home: string, keepsSnapshots: boolean): Promise<never> {
  const store = new Store()
  await store.open({ home, mode: 'write' })
  await store.createExperiment(newExperiment(1, 3))
  await store.createExperiment(newExperiment(2))
  await store.setExperimentDeleted({ experimentId: experimentId(2), deleted: true })
  await store.updateRun({ runId: runId(1, 0), status: 'finished' })
  await store.updateRun({ runId: runId(1, 1), status: 'running' })
  for (let step = 0; ;) {
    const at = performance.now()
    const values = Float32Array.from({ length: batchSize }, (_, i) => recordedValue(step + i))
    const steps = step + batchSize
    const frames = [{ step: steps, epoch: steps / 10, values: values.slice(0, 20) }]
    await store.append(batch(runId(1, 1), steps, [{ name: 'batchLoss', firstStep: step, values }], frames))
    if (keepsSnapshots) await store.saveSnapshot({ runId: runId(1, 1), ...recordedSnapshot(steps) })
    step = steps
    writeSync(1, `${JSON.stringify({ step, at })}\n`)
    await setTimeout(5)
  }
}

void record(process.argv[2] as string, process.argv[3] === 'snapshots')
