/** The command line from the outside: what it prints, where, and with which exit code. Networks train for real. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../../../electron/cli/exit-codes'
import type { ExperimentReport } from '../../../electron/cli/report'
import { BasinHome } from '../../support/basin-process'
import { realDatasets } from '../../support/requirements'
import { expectTables } from '../../support/exported-tables'

let home: BasinHome
let scratch: string
const small = ['--set', 'training.epochs=20', '--set', 'data.points=256', '--seeds', '1']

beforeAll(() => {
  home = new BasinHome()
  scratch = mkdtempSync(join(tmpdir(), 'basin-out-'))
})

afterAll(() => {
  home.remove()
  rmSync(scratch, { recursive: true, force: true })
})

/** What training gave, without ids and times. */
function numbers({ runs }: ExperimentReport) {
  return runs.map(({ label, seed, steps, series }) => ({ label, seed, steps, series }))
}

describe('basin', () => {
  it('lists kinds with their presets', async () => {
    const { stdout } = await home.run(['kinds'])
    expect(stdout).toMatch(/^simulate-function: .*\n {4}default .*\n(?: {4}.*\n)? {4}report-0/m)
    expect(stdout).toMatch(/mnist-784-128-10/)
  })

  it('says that there are no runs yet, beside no database at all', async () => {
    const { code, stdout } = await home.run(['runs'])
    expect({ code, stdout: stdout.slice(0, 12) }).toEqual({ code: 0, stdout: 'No runs yet.' })
  })

  it('trains and prints one JSON object, and nothing else on standard output', async () => {
    const report = await home.json<ExperimentReport>(['run', 'simulate-function', ...small])
    expect(report).toMatchObject({ kind: 'simulate-function', analyses: [] })
    expect(report.runs).toHaveLength(2)
    for (const run of report.runs) {
      expect(run).toMatchObject({ parameterCount: 571, seed: 0, status: 'finished', steps: 40 })
      expect(run.series.trainLoss!.best).toBeLessThanOrEqual(run.series.trainLoss!.last)
      expect(run.series.gradientNorm!.last).toBeGreaterThan(0)
    }
  })

  it('says on standard error what it read a function as', async () => {
    const { stderr } = await home.run([
      'run',
      'simulate-function',
      ...small,
      '--set',
      'targets.0.expression=sin((pi/2)x)',
    ])
    expect(stderr).toContain('sin((pi/2)x): f(x) = sin((pi / 2) * x)\n')
  })

  it('refuses a name with an escape sequence, and shows it as what it is', async () => {
    const { code, stderr } = await home.run(['run', 'simulate-function', ...small, '--name', '\u001b[31mx'])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'basin: --name: must not have control characters, such as U+001B at character 1\n',
    })
    const show = await home.run(['show', 'x\u001b[31m'])
    expect(show.stderr).toContain("'x\\u001b[31m'")
  })

  it('gives the same numbers for the same seed, bit for bit, and others for another', async () => {
    const [first, again, other] = [
      await home.json<ExperimentReport>(['run', 'simulate-function', ...small]),
      await home.json<ExperimentReport>(['run', 'simulate-function', ...small]),
      await home.json<ExperimentReport>(['run', 'simulate-function', ...small, '--set', 'firstSeed=1']),
    ]
    expect(numbers(again)).toEqual(numbers(first))
    for (const [i, run] of other.runs.entries())
      expect(run.series.trainLoss).not.toEqual(first.runs[i]!.series.trainLoss)
  })

  it('shows and lists what was run, by the beginning of an id, as text and as JSON', async () => {
    const runs = await home.json<{ runId: string; experimentId: string; label: string }[]>(['runs'])
    expect(runs.length).toBeGreaterThanOrEqual(8)
    const { runId, experimentId, label } = runs[0]!
    const shown = await home.run(['show', runId.slice(0, 7)])
    expect(shown.stdout).toContain(`${label} (${runId}) of `)
    const experiment = await home.json<ExperimentReport & { spec: unknown }>(['show', experimentId])
    expect(experiment.runs.map((run) => run.runId)).toContain(runId)
    expect(experiment.spec).toMatchObject({ training: { epochs: 20 } })
  })

  it('writes figures and numbers with --out, and again with export', async () => {
    const out = join(scratch, 'new/figures')
    const report = await home.json<ExperimentReport>(['run', 'simulate-function', ...small, '--out', out])
    const files = readdirSync(out)
    expect(files).toContain('results.json')
    expect(files.filter((file) => file.endsWith('.svg')).length).toBeGreaterThanOrEqual(3)
    for (const file of files.filter((name) => name.endsWith('.svg'))) {
      expect(readFileSync(join(out, file), 'utf8')).toMatch(/^<svg/)
      expect(files).toContain(file.replace('.svg', '.csv'))
    }
    expectTables(out)
    const again = join(scratch, 'again')
    expect((await home.run(['export', report.experimentId, '--out', again])).code).toBe(0)
    expect(readdirSync(again).sort()).toEqual(files.sort())
  })

  it('refuses a folder for figures that cannot be made before it trains', async () => {
    const file = join(scratch, 'a-file')
    writeFileSync(file, '')
    const { code, stderr } = await home.run(['run', 'simulate-function', ...small, '--out', join(file, 'figures')])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^basin: --out .*a-file/)
  })

  it('takes a spec file and says which path of it is wrong, with exit code 2 and nothing written', async () => {
    const before = await home.json<unknown[]>(['runs'])
    const cases: [object, RegExp][] = [
      [{ training: { epochz: 3 } }, /training\.epochz: unknown key/],
      [{ training: { epochs: 'many' } }, /training\.epochs: .*number/],
      [{ targets: [{ expression: 'sin(x' }] }, /targets\.0\.expression/],
      [{ targets: [{ expression: '1/x' }], data: { domain: [-1, 1] } }, /targets\.0\.expression.*x = /],
    ]
    for (const [spec, reason] of cases) {
      const file = join(scratch, 'spec.json')
      writeFileSync(file, JSON.stringify(spec))
      const { code, stdout, stderr } = await home.run(['run', 'simulate-function', '--spec', file, '--json'])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(reason)
    }
    expect(await home.json<unknown[]>(['runs'])).toEqual(before)
  })

  it('prints all of an answer that is longer than a pipe holds', async () => {
    const words = ['run', 'simulate-function', '--set', 'training.epochs=1', '--set', 'data.points=2', '--seeds', '100']
    const report = await home.json<ExperimentReport>(words)
    expect(report.runs).toHaveLength(200)
    expect(JSON.stringify(report).length).toBeGreaterThan(1 << 16)
  }, 60_000)

  it('refuses unknown words with exit code 2', async () => {
    for (const words of [
      ['run', 'nothing'],
      ['run', 'simulate-function', '--preset', 'none'],
      ['fly'],
      ['show', 'xzzzzzzzz'],
      ['run', 'simulate-function', '--seeds', '0'],
    ])
      expect((await home.run(words)).code).toBe(2)
  })

  it('shows the sensitivity of the others where a run diverged, and says so', async () => {
    const out = join(scratch, 'diverged')
    const task = 'task={"type":"function","expression":"sin(5*x)","points":64}'
    const sgd = 'training={"optimizer":{"type":"sgd","learningRate":0.1},"epochs":20}'
    const settings = ['--set', task, '--set', sgd, '--set', 'vary={"what":"learningRate","values":[0.01,0.1,1e5]}']
    const { code, stdout, stderr } = await home.run(['run', 'sensitivity', ...settings, '--json', '--out', out])
    const { runs, analyses } = JSON.parse(stdout) as ExperimentReport
    expect(code).toBe(1)
    expect(runs.map(({ status }) => status)).toEqual(['finished', 'finished', 'diverged'])
    expect(analyses.map(({ status }) => status)).toEqual(['finished', 'finished', 'failed'])
    expect(stderr).toMatch(/learning rate 100000, seed 0 diverged: it has no end to ask about/)
    const words = readFileSync(join(out, 'loss-and-sensitivity.svg'), 'utf8').replace(/<[^>]*>/g, ' ')
    expect(words.replace(/\s+/g, ' ')).toContain('1 of 3 runs diverged')
    const places = readFileSync(join(out, 'loss-and-sensitivity.csv'), 'utf8').match(/^"loss, test",\S+?(?=,)/gm)
    expect(places).toEqual(['"loss, test",0.01', '"loss, test",0.1'])
  })

  it('measures the sharpness of the others where a run diverged, and says so', async () => {
    const out = join(scratch, 'sharpness-diverged')
    const task = 'task={"type":"function","expression":"sin(5*x)","points":64}'
    const sgd = 'training={"optimizer":{"type":"sgd","learningRate":0.1},"epochs":20}'
    const rates = 'vary={"what":"learningRate","values":[0.01,0.03,0.1,1e5]}'
    const settings = ['--set', task, '--set', sgd, '--set', rates, '--set', 'seeds=1']
    const { code, stdout, stderr } = await home.run(['run', 'sharpness', ...settings, '--json', '--out', out])
    const { analyses } = JSON.parse(stdout) as ExperimentReport
    expect(code).toBe(1)
    expect(analyses.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished', 'failed'])
    expect(stderr).toMatch(/learning rate 100000, seed 0 diverged: it has no end to ask about/)
    for (const figure of ['indicator-sweep', 'indicator-gap', 'rank-correlation']) {
      const words = readFileSync(join(out, `${figure}.svg`), 'utf8').replace(/<[^>]*>/g, ' ')
      expect(words.replace(/\s+/g, ' ')).toContain('1 of 4 runs diverged or could not be measured')
    }
    const drawn = readFileSync(join(out, 'indicator-gap.csv'), 'utf8').match(/,(0\.01|0\.03|0\.1|100000)$/gm)
    expect(drawn).toEqual([',0.01', ',0.03', ',0.1'])
  })

  it('keeps the curves of a run that diverges and says at which step', async () => {
    const wild = [
      'run',
      'simulate-function',
      ...small,
      '--set',
      'training.optimizer={"type":"sgd","learningRate":1000000}',
      '--set',
      'targets=[{"expression":"100*x^3"}]',
    ]
    const { code, stdout } = await home.run([...wild, '--json'])
    expect(code).toBe(exitCodes.diverged)
    const report = JSON.parse(stdout) as ExperimentReport
    const diverged = report.runs.filter(({ status }) => status === 'diverged')
    expect(diverged.length).toBeGreaterThan(0)
    for (const run of diverged) {
      expect(run.error).toMatch(new RegExp(`at step ${run.steps + 1}\\.|at step ${run.steps}\\.`))
      expect(run.series.batchLoss).toBeDefined()
    }
  })

  it('gives a first picture of every preset that needs no download with --quick', async () => {
    for (const preset of ['second-order', 'report-2', 'report-4']) {
      const report = await home.json<ExperimentReport>([
        'run',
        'simulate-function',
        '--preset',
        preset,
        '--quick',
        '--set',
        'training.epochs=5',
      ])
      expect(report.runs.every(({ status }) => status === 'finished')).toBe(true)
    }
  })

  it('trains on the drawn digits without any download', async () => {
    const report = await home.json<ExperimentReport>([
      'run',
      'train-on-task',
      '--set',
      'training.epochs=2',
      '--seeds',
      '1',
    ])
    for (const run of report.runs) expect(run.series.testAccuracy!.best).toBeGreaterThan(0.5)
  })

  it('teaches a convolutional network the drawn digits', async () => {
    const few = ['--set', 'dataset.trainSize=1000', '--set', 'dataset.testSize=500', '--set', 'training.epochs=3']
    const report = await home.json<ExperimentReport>(['run', 'train-on-task', '--preset', 'digits-cnn', ...few])
    expect(report.runs.map(({ label, parameterCount }) => [label, parameterCount])).toEqual([
      ['CNN, seed 0', 26_698],
      ['Dense, seed 0', 27_040],
    ])
    for (const run of report.runs) expect(run.series.testAccuracy!.best).toBeGreaterThan(0.5)
  }, 120_000)

  it('says how to get a data set that is not here, and writes nothing', async () => {
    const empty = join(scratch, 'no-data')
    const { code, stderr } = await home.run(['run', 'train-on-task', '--preset', 'mnist-784-128-10'], {
      BASIN_DATASETS: empty,
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/MNIST.*basin data fetch mnist.*BASIN_DATASETS/)
  })

  const datasets = realDatasets()
  it.skipIf(!datasets)(
    'reaches 96 % on real MNIST in three epochs',
    async () => {
      const words = ['run', 'train-on-task', '--preset', 'mnist-784-128-10', '--set', 'training.epochs=3']
      const report = await home.json<ExperimentReport>(words, { BASIN_DATASETS: datasets! })
      for (const run of report.runs) expect(run.series.testAccuracy!.last).toBeGreaterThan(0.96)
    },
    120_000,
  )

  it.skipIf(!datasets).each([
    ['report-0', [268_650, 1_070_794, 288_554]],
    ['report-1', [280_610, 280_645, 206_922, 98_442]],
    ['report-2', [101_770, 109_386]],
    ['report-3', [23_860, 23_895, 23_880]],
    ['report-4', [21_840, 206_922, 390_410]],
  ])(
    'trains the networks of the preset %s on a little of the real data',
    async (preset, sizes) => {
      const few = ['--set', 'dataset.trainSize=128', '--set', 'dataset.testSize=64', '--set', 'training.epochs=1']
      const words = ['run', 'train-on-task', '--preset', preset, ...few]
      const report = await home.json<ExperimentReport>(words, { BASIN_DATASETS: datasets! })
      expect(report.runs.map(({ parameterCount }) => parameterCount)).toEqual(sizes)
      for (const run of report.runs) {
        expect(run.status).toBe('finished')
        expect(run.series.testLoss!.last).toBeLessThan(2.5)
      }
    },
    120_000,
  )

  it('lists data sets and refuses to import what is none', async () => {
    const states = await home.json<{ info: { name: string }; state: string }[]>(['data', 'list'])
    expect(states.find(({ info }) => info.name === 'digits')!.state).toBe('ready')
    const file = join(scratch, 'not-idx.gz')
    writeFileSync(file, 'nothing of the kind')
    const { code, stderr } = await home.run(['data', 'import', 'mnist', file])
    expect(code).not.toBe(0)
    expect(stderr).toContain('not-idx.gz')
    expect(existsSync(join(home.path, 'datasets/mnist'))).toBe(false)
  })
})
