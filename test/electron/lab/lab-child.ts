/**
 * A lab until it is killed: node lab-child.cjs HOME BUNDLES [KIND SPEC]. Goes on with what it finds, or starts an experiment of a spec, as JSON.
 * Says how far its first run is as lines of JSON.
 */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { createNodeHost } from '../../../electron/host/node-host'
import { Lab } from '../../../electron/lab/lab'
import { isLabError } from '../../../shared/api/errors'
import type { ExperimentKindId } from '../../../shared/experiments/kind'

async function work(home: string, bundleFolder: string, kind?: ExperimentKindId, spec?: string): Promise<never> {
  const host = createNodeHost({ bundleFolder, nodePath: process.execPath })
  const open = () =>
    Lab.open({ host, version: '1', home, cores: 2, mode: 'write', goesOn: true, checkpointEveryMs: 30 })
  // The lock of a killed one goes with it, a moment later.
  const again = async (error: unknown): Promise<Lab> => {
    if (!isLabError(error, 'lab/busy')) throw error
    await setTimeout(50)
    return open().catch(again)
  }
  const lab = await open().catch(again)
  if (kind && spec) await lab.startExperiment({ kind, spec: JSON.parse(spec) as unknown })
  for (;;) {
    const [run] = await lab.listRuns()
    writeSync(1, `${JSON.stringify({ steps: run?.steps ?? 0, startedAt: run?.startedAt })}\n`)
    await setTimeout(20)
  }
}

const [home, bundleFolder, kind, spec] = process.argv.slice(2)
void work(home!, bundleFolder!, kind as ExperimentKindId | undefined, spec)
