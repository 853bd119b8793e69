/** Which code a command ends with, and that --help and README.md say so. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exitCodeOfResults, exitCodes } from '../../../electron/cli/exit-codes'
import type { ExperimentReport } from '../../../electron/cli/report'
import type { ExperimentDetail, RunStatus } from '../../../shared/api/records'
import { BasinHome } from '../../support/basin-process'
import { root } from '../../support/requirements'

let home: BasinHome
beforeAll(() => void (home = new BasinHome()))
afterAll(() => home.remove())

/** As far as exit codes look. */
const detail = (runs: RunStatus[], analyses: RunStatus[] = [], sourceRuns: RunStatus[] = []) => {
  const all = [runs, analyses, sourceRuns].map((statuses) => statuses.map((status) => ({ status })))
  return { runs: all[0], analyses: all[1], sourceRuns: all[2] } as unknown as ExperimentDetail
}

describe('The exit code', () => {
  it('is that of the worst that became of a run or an analysis, of whichever experiment', () => {
    const cases: [ExperimentDetail[], number][] = [
      [[], exitCodes.done],
      [[detail(['finished', 'stopped'], ['finished'])], exitCodes.done],
      [[detail(['finished', 'diverged'])], exitCodes.diverged],
      [[detail(['diverged', 'failed'])], exitCodes.failed],
      [[detail(['finished']), detail(['diverged'], ['finished'])], exitCodes.diverged],
      [[detail(['diverged'], ['failed'])], exitCodes.failed],
      [[detail(['diverged']), detail(['interrupted'])], exitCodes.failed],
      // It only asks older runs; that one of them diverged was told when it trained.
      [[detail([], ['finished'], ['diverged'])], exitCodes.done],
    ]
    for (const [details, code] of cases) expect(exitCodeOfResults(details)).toBe(code)
  })

  it('tells a script that one run of several diverged, with all of them in what --json prints', async () => {
    const spec = join(home.path, 'spec.json')
    const training = { epochs: 20, optimizer: { type: 'sgd', learningRate: 0.01 } }
    writeFileSync(spec, JSON.stringify({ training, sweep: { learningRates: [0.01, 1e6] }, seeds: 1 }))
    const { code, stdout, stderr } = await home.run(['run', 'simulate-function', '--spec', spec, '--json'])
    const { experimentId, runs } = JSON.parse(stdout) as ExperimentReport
    expect({ code, statuses: [...new Set(runs.map(({ status }) => status))].sort() }).toEqual({
      code: exitCodes.diverged,
      statuses: ['diverged', 'finished'],
    })
    expect(stderr).toMatch(/diverged\. The loss was no longer a finite number at step \d+/)
    // To look at it is no failure.
    expect((await home.run(['show', experimentId])).code).toBe(exitCodes.done)
    expect((await home.run(['resume', '--json'])).code).toBe(exitCodes.done)
  }, 60_000)

  it('is explained by --help, of each command that waits for runs too, and by the README', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ')
    for (const words of [['--help'], ['run', '--help'], ['resume', '--help']]) {
      const { stdout } = await home.run(words)
      for (const code of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`^ {2}${code} {4}\\w`, 'm'))
    }
    expect(readme).toContain('4 a run diverged')
  })
})
