/**
 * Presets through the words of the command line to their files: what the tests of presets share. One lab with real processes runs all of
 * them, in a home of their own; that a command is a process, and prints what it says, is for the tests of the command line.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { experimentReport, type ExperimentReport } from '../../../electron/cli/report'
import { readAsked, runCommand, runIn } from '../../../electron/cli/run'
import type { Lab } from '../../../electron/lab/lab'
import type { ExperimentDetail } from '../../../shared/api/records'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds } from '../../../shared/experiments/registry'
import { expectTables } from '../../support/exported-tables'
import { openRealLab } from '../../support/real-lab'

export const presetsOf = (kind: ExperimentKindId) => experimentKinds[kind].presets.map(({ name }) => name)

/**
 * Less still than a quick look of what takes long even so: what these tests ask is whether all of it works together.
 * @returns words of the command line
 */
export function lessOf(kind: ExperimentKindId, preset: string): string[] {
  const less: Partial<Record<string, string[]>> = {
    'weight-trajectory cifar-cnn': [...images(500), '--set', 'training.epochs=3'],
    'weight-trajectory report-1': images(1000),
    'gradient-norm cifar': images(500),
    'critical-point lanczos-mnist': images(500),
    'sensitivity report-1': [
      ...images(1000),
      '--set',
      'training.epochs=3',
      '--set',
      'vary.values=[10,30,100,300,1000]',
    ],
    'sharpness report-1': [...images(1000), '--set', 'vary.values=[30,1000]'],
  }
  return less[`${kind} ${preset}`] ?? (kind === 'sensitivity' || kind === 'sharpness' ? images(2048) : [])
}

export const images = (trainSize: number) => ['--set', `task.trainSize=${trainSize}`, '--set', 'task.testSize=200']

export interface PresetRuns {
  /** `basin run` with these words. */
  run(words: readonly string[]): Promise<ExperimentReport>
  /** A folder for what a run exports. */
  folder(name: string): string
}

/** As JSON is read: without what it leaves out. */
const throughJson = (report: ExperimentReport) => JSON.parse(JSON.stringify(report)) as ExperimentReport

/** For within a `describe`: there is a lab before its tests, and none after them. */
export function presetRuns(datasets: string | undefined): PresetRuns {
  let lab: Lab
  let scratch: string
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'basin-presets-'))
    lab = await openRealLab(join(scratch, 'home'), { datasetsFolder: datasets })
  })
  afterAll(async () => {
    await lab.close()
    rmSync(scratch, { recursive: true, force: true })
  })
  return {
    run: async (words) => {
      let detail: ExperimentDetail | null = null
      const command = runCommand(async (kindId, options) => {
        detail = await runIn(lab, await readAsked(kindId, options), options)
      })
      await command.exitOverride().parseAsync([...words, '--json', '--quiet'], { from: 'user' })
      return throughJson(experimentReport(detail!))
    },
    folder: (name) => join(scratch, name),
  }
}

export function itHasTheFiveReports(kind: ExperimentKindId): void {
  it('has one for each of the five reports', () => {
    expect(presetsOf(kind)).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((report) => `report-${report}`)))
  })
}

/** Whatever ended otherwise says why. */
export function expectFinished(runs: ExperimentReport['runs']): void {
  expect(runs.map(({ status, error }) => ({ status, error }))).toEqual(runs.map(() => ({ status: 'finished' })))
}

export function expectFigures(folder: string, atLeast: number): void {
  const figures = readdirSync(folder).filter((file) => file.endsWith('.svg'))
  expect(figures.length).toBeGreaterThanOrEqual(atLeast)
  for (const figure of figures) expect(readFileSync(join(folder, figure), 'utf8')).toMatch(/^<svg/)
  expectTables(folder)
}
