/** The analyses table: questions asked of runs, how far they are, and their results as bytes. */
import type { Database } from 'better-sqlite3'
import type { AnalysisNumbers } from '../../shared/analyses/kind'
import { LabError, type LabErrorCode } from '../../shared/api/errors'
import type { AnalysisId, RunId } from '../../shared/api/ids'
import type { AnalysisStatus, AnalysisSummary, ExperimentSummary, Provenance } from '../../shared/api/records'
import { checksumOf, compareChecksum, type Checksum } from './checksum'
import type { AnalysisUpdate, KnownResult, NewAnalysis, StoredResult } from '../../shared/api/store-api'

/** What is structured in the summary is JSON here. */
interface AnalysisRow extends Omit<
  AnalysisSummary,
  'spec' | 'runIds' | 'otherData' | 'error' | 'summary' | 'provenance'
> {
  spec: string
  runIds: string
  otherData: number
  errorCode: LabErrorCode | null
  error: string | null
  summary: string | null
  provenance: string | null
}

export interface ResultRow {
  analysisId: AnalysisId
  result: Uint8Array | null
  resultChecksum: Checksum
}

const columns = `analysisId, experimentId, position, analyses.kind, label, groupName AS "group", groupIndex, facet,
  analyses.spec, runIds, otherData, status, errorCode, error, share, durationMs, startedAt, endedAt, summary, provenance`

export class AnalysisTable {
  private readonly insertStatement
  private readonly ofExperimentStatement
  private readonly askingStatement
  private readonly countsStatement
  private readonly countsOfStatement
  private readonly updateStatement
  private readonly saveStatement
  private readonly resultStatement
  private readonly knownStatement

  constructor(private readonly database: Database) {
    this.insertStatement = database.prepare(
      `INSERT INTO analyses (analysisId, experimentKey, position, kind, label, groupName, groupIndex, facet, spec, runIds, otherData, status)
       VALUES (:analysisId, :experimentKey, :position, :kind, :label, :group, :groupIndex, :facet, :spec, :runIds, :otherData, 'queued')`,
    )
    this.ofExperimentStatement = database.prepare<[number], AnalysisRow>(
      `SELECT ${columns} FROM analyses JOIN experiments USING (experimentKey) WHERE experimentKey = ? ORDER BY position`,
    )
    this.askingStatement = database.prepare<[RunId], AnalysisRow>(
      `SELECT ${columns} FROM analyses JOIN experiments USING (experimentKey)
         WHERE deleted = 0 AND EXISTS (SELECT 1 FROM json_each(runIds) WHERE value = ?) ORDER BY analysisKey`,
    )
    this.countsStatement = database.prepare<[], { experimentKey: number; status: AnalysisStatus; analyses: number }>(
      'SELECT experimentKey, status, count(*) AS analyses FROM analyses GROUP BY experimentKey, status',
    )
    this.countsOfStatement = database.prepare<[number], { status: AnalysisStatus; analyses: number }>(
      'SELECT status, count(*) AS analyses FROM analyses WHERE experimentKey = ? GROUP BY status',
    )
    this.updateStatement = database.prepare(
      `UPDATE analyses SET status = coalesce(:status, status), share = coalesce(:share, share),
         errorCode = iif(:isErrorGiven, :errorCode, errorCode), error = iif(:isErrorGiven, :error, error),
         durationMs = coalesce(:durationMs, durationMs), startedAt = coalesce(:startedAt, startedAt),
         endedAt = coalesce(:endedAt, endedAt)
       WHERE analysisId = :analysisId`,
    )
    this.saveStatement = database.prepare(
      `UPDATE analyses SET result = :result, resultChecksum = :resultChecksum, summary = :summary, provenance = :provenance, identity = :identity
       WHERE analysisId = :analysisId`,
    )
    this.resultStatement = database.prepare<[AnalysisId], ResultRow>(
      `SELECT analysisId, result, resultChecksum FROM analyses JOIN experiments USING (experimentKey)
         WHERE analysisId = ? AND deleted = 0`,
    )
    this.knownStatement = database.prepare<
      [string],
      ResultRow & { result: Uint8Array; summary: string; provenance: string }
    >(
      `SELECT analysisId, result, resultChecksum, summary, provenance FROM analyses
       WHERE identity = ? AND status = 'finished' AND result IS NOT NULL`,
    )
  }

  insert(experimentKey: number, analysis: NewAnalysis): void {
    const [spec, runIds] = [JSON.stringify(analysis.spec), JSON.stringify(analysis.runIds)]
    this.insertStatement.run({
      ...analysis,
      experimentKey,
      spec,
      runIds,
      otherData: Number(analysis.otherData ?? false),
    })
  }

  /** In plan order. */
  ofExperiment(experimentKey: number): AnalysisSummary[] {
    return this.ofExperimentStatement.all(experimentKey).map(toSummary)
  }

  /** Those of any experiment that ask a run, oldest first. */
  asking(runId: RunId): AnalysisSummary[] {
    return this.askingStatement.all(runId).map(toSummary)
  }

  /** Number of analyses by status, of all experiments that have any. */
  counts(): Map<number, ExperimentSummary['analysisCounts']> {
    const counts = new Map<number, ExperimentSummary['analysisCounts']>()
    for (const { experimentKey, status, analyses } of this.countsStatement.all()) {
      counts.set(experimentKey, { ...counts.get(experimentKey), [status]: analyses })
    }
    return counts
  }

  countsOf(experimentKey: number): ExperimentSummary['analysisCounts'] {
    const counts = this.countsOfStatement.all(experimentKey).map(({ status, analyses }) => [status, analyses] as const)
    return Object.fromEntries(counts)
  }

  update({ analysisId, error, ...given }: AnalysisUpdate): void {
    const nothing = { status: null, share: null, durationMs: null, startedAt: null, endedAt: null }
    const why = {
      isErrorGiven: Number(error !== undefined),
      errorCode: error?.code ?? null,
      error: error?.message ?? null,
    }
    if (this.updateStatement.run({ ...nothing, ...given, ...why, analysisId }).changes === 0) throw notFound(analysisId)
  }

  /** A part of a result has no summary yet, and nobody else may take it for an answer. */
  save({ analysisId, result, summary, provenance, identity }: StoredResult): void {
    const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
    const values = {
      analysisId,
      result,
      resultChecksum: checksumOf([analysisId], result),
      summary: text(summary),
      provenance: text(provenance),
      identity: identity ?? null,
    }
    if (this.saveStatement.run(values).changes === 0) throw notFound(analysisId)
  }

  /** null where there is no result yet. */
  result(analysisId: AnalysisId): Uint8Array | null {
    const row = this.resultStatement.get(analysisId)
    if (row === undefined) throw notFound(analysisId)
    checkResult(row)
    return row.result
  }

  /** The answer to the same question asked before, one that is whole. @throws LabError `store/damaged` where there are only others */
  known(identity: string): KnownResult | null {
    let damage: unknown
    for (const row of this.knownStatement.iterate(identity)) {
      try {
        checkResult(row)
      } catch (error) {
        damage ??= error
        continue
      }
      const [summary, provenance] = [
        JSON.parse(row.summary) as AnalysisNumbers,
        JSON.parse(row.provenance) as Provenance,
      ]
      return { result: row.result, summary, provenance }
    }
    if (damage !== undefined) throw damage
    return null
  }

  /** Queues it again. @param keepsResult what there is of a result stays, to go on from. */
  reset(analysisId: AnalysisId, keepsResult: boolean): void {
    const cleared = keepsResult ? '' : ', share = 0, result = NULL, resultChecksum = NULL'
    this.database
      .prepare(
        `UPDATE analyses SET status = 'queued', errorCode = NULL, error = NULL, durationMs = 0, startedAt = NULL,
           endedAt = NULL, summary = NULL, provenance = NULL, identity = NULL${cleared} WHERE analysisId = ?`,
      )
      .run(analysisId)
  }

  /** What a dead lab was at. What waited goes on waiting. */
  markInterrupted(): void {
    this.database.exec(
      `UPDATE analyses SET status = 'interrupted', interruptions = interruptions + 1 WHERE status = 'running'`,
    )
  }

  /** Only what died once, as with runs. What there is of a result stays, to go on from. */
  requeueInterrupted(): void {
    this.database.exec(
      `UPDATE analyses SET status = 'queued', endedAt = NULL WHERE status = 'interrupted' AND interruptions = 1`,
    )
  }
}

/** @throws LabError `store/damaged` */
export function checkResult({ analysisId, result, resultChecksum }: ResultRow): void {
  if (result !== null) compareChecksum(resultChecksum, 'Results of an analysis', [analysisId], result)
}

function toSummary({ errorCode, error, ...row }: AnalysisRow): AnalysisSummary {
  return {
    ...row,
    spec: JSON.parse(row.spec) as unknown,
    runIds: JSON.parse(row.runIds) as RunId[],
    otherData: row.otherData === 1,
    error: errorCode === null ? null : { code: errorCode, message: error ?? '' },
    summary: row.summary === null ? null : (JSON.parse(row.summary) as AnalysisNumbers),
    provenance: row.provenance === null ? null : (JSON.parse(row.provenance) as Provenance),
  }
}

function notFound(analysisId: AnalysisId): LabError {
  return new LabError('analysis/not-found', `There is no analysis ${analysisId}`)
}
