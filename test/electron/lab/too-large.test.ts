/** A real lab on a disk that is too small for one of its runs: that one ends and says so, and the others go on. */
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openRealLab } from '../../support/real-lab'
import { mountedFolder } from '../../support/requirements'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

it('ends a run whose weights can never be kept, and finishes the others', async () => {
  const folder = mountedFolder('size=24m')
  if (folder === undefined) return
  cleanUps.push(folder.unmount)
  const lab = await openRealLab(join(folder.path, 'home'), { cores: 1 })
  cleanUps.push(() => lab.close())
  const spec = (hidden: string) => ({
    data: { points: 16 },
    models: [{ label: 'network', hidden }],
    training: { epochs: 1, batchSize: 16 },
    seeds: 1,
  })
  await lab.startExperiment({ kind: 'simulate-function', spec: spec('dense 1900, dense 1900'), name: 'large' })
  await lab.startExperiment({ kind: 'simulate-function', spec: spec('dense 20'), name: 'small' })
  const runs = async () => new Map((await lab.listRuns()).map((run) => [run.experimentName, run]))
  await vi.waitFor(
    async () =>
      expect([...(await runs()).values()].map(({ experimentName, status }) => [experimentName, status])).toEqual([
        ['small', 'finished'],
        ['large', 'failed'],
      ]),
    { timeout: 60_000, interval: 100 },
  )
  expect((await runs()).get('large')!.error).toMatch(/^Weights of this run can never be kept here: they are 14 MB, /)
  expect(lab.storeProblem).toBeNull()
}, 90_000)
