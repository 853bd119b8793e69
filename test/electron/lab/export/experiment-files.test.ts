import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, basename } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportExperiment } from '../../../../electron/lab/export/experiment-files'
import { experimentKinds } from '../../../../shared/experiments/registry'
import type { ExperimentResults } from '../../../../shared/experiments/results'
import { figureCsv } from '../../../../shared/figures/csv'
import { expectTables } from '../../../support/exported-tables'
import { madeResults, madeSource, seriesData } from '../../../support/made-results'

const models = [
  { label: 'Deep', hidden: [{ type: 'dense', units: 5 }] },
  { label: '=Shallow, "wide"', hidden: [] },
]

function made(): ExperimentResults {
  return madeResults('train-on-task', { models, seeds: 2 }, (_, position) => ({
    stepsPerEpoch: 1,
    series: {
      trainLoss: seriesData([1, 2], [0.5, 0.1 / 3]),
      testAccuracy: seriesData([1, 2], [0.9, 0.9 + position / 100]),
      gradientNorm: seriesData([1, 2, 3], [3, 1, 2]),
    },
  }))
}

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'basin-export-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function exported(folder: string, results = made()): Promise<string[]> {
  const figures = experimentKinds[results.experiment.kind].figures(results)
  return exportExperiment({ results, figures, source: madeSource(results), folder })
}

describe('an exported experiment', () => {
  it('is a drawing and a table for each figure, the runs, and all numbers, in a folder that it makes', async () => {
    const folder = join(root, 'new', 'folder')
    const paths = await exported(folder)
    const names = [
      'results.json',
      'runs.csv',
      'loss.svg',
      'loss.csv',
      'accuracy.svg',
      'accuracy.csv',
      'gradient-norm.svg',
      'gradient-norm.csv',
      'series-trainLoss.csv',
      'series-testAccuracy.csv',
      'series-gradientNorm.csv',
    ]
    expect(paths).toEqual(names.map((name) => join(folder, name)))
    expect((await readdir(folder)).sort()).toEqual([...names].sort())
  })

  it('has every run with its settings and outcome', async () => {
    const results = made()
    await exported(root, results)
    const json = JSON.parse(await readFile(join(root, 'results.json'), 'utf8')) as { runs: object[]; spec: unknown }
    expect(json).toMatchObject({ experimentId: 'x00000001', kind: 'train-on-task', name: 'Made' })
    expect(json.spec).toEqual(results.experiment.spec)
    expect(json.runs).toHaveLength(4)
    expect(json.runs[3]).toMatchObject({
      runId: 'r00000003',
      group: '=Shallow, "wide"',
      seed: 1,
      parameterCount: 7850,
      status: 'finished',
      spec: results.runs[3]!.run.spec,
      series: {
        trainLoss: {
          count: 2,
          last: 0.1 / 3,
          lastStep: 2,
          bestIs: 'lowest',
          best: 0.1 / 3,
          bestStep: 2,
          min: { value: 0.1 / 3, step: 2 },
          max: { value: 0.5, step: 1 },
        },
        testAccuracy: { bestIs: 'highest', best: 0.93, bestStep: 2 },
        gradientNorm: { last: 2, bestIs: 'none', best: null, bestStep: null, min: { value: 1, step: 2 } },
      },
    })
  })

  it('has a row for each run', async () => {
    await exported(root)
    const rows = (await readFile(join(root, 'runs.csv'), 'utf8')).trimEnd().split('\r\n')
    expect(rows[0]).toBe(
      'run,label,group,target or data,seed,architecture,parameters,optimizer,learning rate,batch size,status,steps,epochs,duration (ms),' +
        'trainLoss last,trainLoss last step,trainLoss min,trainLoss min step,trainLoss max,trainLoss max step,trainLoss best,trainLoss best step,' +
        'testAccuracy last,testAccuracy last step,testAccuracy min,testAccuracy min step,testAccuracy max,testAccuracy max step,' +
        'testAccuracy best,testAccuracy best step,' +
        'gradientNorm last,gradientNorm last step,gradientNorm min,gradientNorm min step,gradientNorm max,gradientNorm max step',
    )
    expect(rows[1]).toBe(
      'r00000000,"Deep, seed 0",Deep,Drawn digits,0,784-5-10,3985,adam,0.001,64,finished,0,0,1000,' +
        '0.03333333333333333,2,0.03333333333333333,2,0.5,1,0.03333333333333333,2,0.9,2,0.9,1,0.9,1,0.9,1,2,3,1,2,3,1',
    )
    expect(rows).toHaveLength(5)
  })

  it('has each recorded series whole in a file of its own, with the run of each point', async () => {
    await exported(root)
    expectTables(root)
    const rows = (await readFile(join(root, 'series-testAccuracy.csv'), 'utf8')).trimEnd().split('\r\n')
    expect(rows).toHaveLength(1 + 4 * 2)
    expect(rows.slice(0, 3)).toEqual([
      'run,label,seed,step,testAccuracy',
      'r00000000,"Deep, seed 0",0,1,0.9',
      'r00000000,"Deep, seed 0",0,2,0.9',
    ])
    expect(rows.at(-1)).toBe(`r00000003,"'=Shallow, ""wide"", seed 1",1,2,0.93`)
  })

  it('has the tables of its figures whole', async () => {
    const results = made()
    await exported(root, results)
    const [loss] = experimentKinds['train-on-task'].figures(results)
    expect(await readFile(join(root, 'loss.csv'), 'utf8')).toBe(figureCsv(loss!))
  })

  it('replaces an earlier export and leaves other files alone', async () => {
    await writeFile(join(root, 'notes.txt'), 'mine')
    await exported(root)
    const paths = await exported(root)
    expect(await readFile(join(root, 'notes.txt'), 'utf8')).toBe('mine')
    expect((await readdir(root)).sort()).toEqual([...paths.map((path) => basename(path)), 'notes.txt'].sort())
  })

  it.each(['results.json', 'loss.csv', 'series-trainLoss.csv'])(
    'does not replace a %s that is not its own, and then writes nothing',
    async (name) => {
      await writeFile(join(root, name), '{"mine": true}')
      await expect(exported(root)).rejects.toMatchObject({
        code: 'argument/invalid',
        message: expect.stringContaining(join(root, name)) as string,
      })
      expect(await readdir(root)).toEqual([name])
      expect(await readFile(join(root, name), 'utf8')).toBe('{"mine": true}')
    },
  )
})
