/** The experiments table. Deleted ones stay until `purge`, seen by nobody. */
import type { Database } from 'better-sqlite3'
import type { ExperimentKindId } from '../../shared/experiments/kind'
import { LabError } from '../../shared/api/errors'
import type { ExperimentId } from '../../shared/api/ids'
import type { ExperimentSummary, RunStatus } from '../../shared/api/records'
import type { NewExperiment } from '../../shared/api/store-api'
import { giveBackPages } from './database'

interface ExperimentRow {
  experimentKey: number
  experimentId: ExperimentId
  kind: ExperimentKindId
  name: string
  spec: string
  createdAt: number
}

/** Number of analyses by status for the keys of experiments that have any. */
type AnalysisCounts = ReadonlyMap<number, ExperimentSummary['analysisCounts']>

const columns = 'experimentKey, experimentId, kind, name, spec, createdAt'
const newestFirst = 'WHERE deleted = 0 ORDER BY createdAt DESC, experimentKey DESC LIMIT ?'

export class ExperimentTable {
  private readonly insertStatement
  private readonly renameStatement
  private readonly deletedStatement
  private readonly listStatement
  private readonly listCountsStatement
  private readonly getStatement
  private readonly getCountsStatement

  constructor(private readonly database: Database) {
    this.insertStatement = database.prepare<[ExperimentId, string, string, string, number]>(
      'INSERT INTO experiments (experimentId, kind, name, spec, createdAt) VALUES (?, ?, ?, ?, ?)',
    )
    this.renameStatement = database.prepare<[string, ExperimentId]>(
      'UPDATE experiments SET name = ? WHERE experimentId = ?',
    )
    this.deletedStatement = database.prepare<[number, ExperimentId]>(
      'UPDATE experiments SET deleted = ? WHERE experimentId = ?',
    )
    this.listStatement = database.prepare<[number], ExperimentRow>(`SELECT ${columns} FROM experiments ${newestFirst}`)
    this.listCountsStatement = database.prepare<[number], { experimentKey: number; status: RunStatus; runs: number }>(
      `SELECT experimentKey, status, count(*) AS runs FROM runs
       WHERE experimentKey IN (SELECT experimentKey FROM experiments ${newestFirst}) GROUP BY experimentKey, status`,
    )
    this.getStatement = database.prepare<[ExperimentId], ExperimentRow>(
      `SELECT ${columns} FROM experiments WHERE experimentId = ? AND deleted = 0`,
    )
    this.getCountsStatement = database.prepare<[number], { status: RunStatus; runs: number }>(
      'SELECT status, count(*) AS runs FROM runs WHERE experimentKey = ? GROUP BY status',
    )
  }

  /** @returns its key, for the runs that belong to it. */
  insert(experiment: NewExperiment): number {
    const { experimentId, kind, name, spec, createdAt } = experiment
    const result = this.insertStatement.run(experimentId, kind, name, JSON.stringify(spec ?? null), createdAt)
    return Number(result.lastInsertRowid)
  }

  rename(experimentId: ExperimentId, name: string): void {
    if (this.renameStatement.run(name, experimentId).changes === 0) throw notFound(experimentId)
  }

  setDeleted(experimentId: ExperimentId, isDeleted: boolean): void {
    if (this.deletedStatement.run(Number(isDeleted), experimentId).changes === 0) throw notFound(experimentId)
  }

  /** Deletes for good what was deleted, with its runs and all they recorded, and gives the space back. */
  purge(): void {
    const { changes } = this.database.prepare('DELETE FROM experiments WHERE deleted = 1').run()
    if (changes > 0) while (giveBackPages(this.database));
  }

  /** Newest first. */
  list(limit = -1, analyses: AnalysisCounts): ExperimentSummary[] {
    const counts = new Map<number, ExperimentSummary['runCounts']>()
    for (const { experimentKey, status, runs } of this.listCountsStatement.all(limit)) {
      counts.set(experimentKey, { ...counts.get(experimentKey), [status]: runs })
    }
    return this.listStatement
      .all(limit)
      .map((row) => toSummary(row, counts.get(row.experimentKey) ?? {}, analyses.get(row.experimentKey) ?? {}))
  }

  /** Without what it knows of its analyses. */
  get(experimentId: ExperimentId): { experimentKey: number; experiment: ExperimentSummary } {
    const row = this.getStatement.get(experimentId)
    if (row === undefined) throw notFound(experimentId)
    const counts = this.getCountsStatement.all(row.experimentKey).map(({ status, runs }) => [status, runs] as const)
    const experiment = toSummary(row, Object.fromEntries(counts), {})
    return { experimentKey: row.experimentKey, experiment }
  }
}

function toSummary(
  row: ExperimentRow,
  runCounts: ExperimentSummary['runCounts'],
  analysisCounts: ExperimentSummary['analysisCounts'],
): ExperimentSummary {
  const { experimentId, kind, name, createdAt } = row
  return { experimentId, kind, name, spec: JSON.parse(row.spec) as unknown, createdAt, runCounts, analysisCounts }
}

function notFound(experimentId: ExperimentId): LabError {
  return new LabError('experiment/not-found', `There is no experiment ${experimentId}`)
}
