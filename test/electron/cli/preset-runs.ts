/** Presets through the real command line to their files, in a home of their own: what the tests of presets share. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds } from '../../../shared/experiments/registry'
import { BasinHome } from '../../support/basin-process'
import { expectTables } from '../../support/exported-tables'

export const presetsOf = (kind: ExperimentKindId) => experimentKinds[kind].presets.map(({ name }) => name)

export interface PresetRuns {
  /** `basin run` with these words. */
  run(words: readonly string[]): Promise<ExperimentReport>
  /** A folder for what a run exports. */
  folder(name: string): string
}

/** For within a `describe`: there is a home before its tests, and none after them. */
export function presetRuns(datasets: string | undefined): PresetRuns {
  let home: BasinHome
  let scratch: string
  beforeAll(() => {
    home = new BasinHome()
    scratch = mkdtempSync(join(tmpdir(), 'basin-presets-'))
  })
  afterAll(() => {
    home.remove()
    rmSync(scratch, { recursive: true, force: true })
  })
  return {
    run: (words) => home.json(['run', ...words], { BASIN_DATASETS: datasets! }),
    folder: (name) => join(scratch, name),
  }
}

export function itHasTheFiveReports(kind: ExperimentKindId): void {
  it('has one for each of the five reports', () => {
    expect(presetsOf(kind)).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((report) => `report-${report}`)))
  })
}

export function expectFigures(folder: string, atLeast: number): void {
  const figures = readdirSync(folder).filter((file) => file.endsWith('.svg'))
  expect(figures.length).toBeGreaterThanOrEqual(atLeast)
  for (const figure of figures) expect(readFileSync(join(folder, figure), 'utf8')).toMatch(/^<svg/)
  expectTables(folder)
}
