/** The runs table: what each run is and how far it came. What it recorded is in series.ts and frames.ts. */
import type { Database } from 'better-sqlite3'
import type { RunSpec } from '../../shared/experiments/run-spec'
import { LabError } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { GradientPhaseOutcome, RunRow, RunSummary } from '../../shared/api/records'
import type { Checkpoint, NewRun, RunUpdate } from '../../shared/api/store-api'

/** How far a run came; `recordedAt` is when it last recorded something. */
export interface RunProgressRow {
  runKey: number
  steps: number
  epochs: number
  durationMs: number
  recordedAt: number | null
}

/** A run without its series, with the key under which they are kept. */
export interface KeyedRun<Summary extends RunSummary> {
  runKey: number
  run: Summary
}

type RawRun = Omit<RunRow, 'spec' | 'seed' | 'series' | 'gradientPhase'> & {
  runKey: number
  spec: string
  gradientPhase: string | null
}

const columns = `runKey, runId, experimentId, position, label, groupName AS "group", groupIndex, facet, runs.spec AS spec,
  dataSha256, parameterCount, status, error, steps, epochs, stepsPerEpoch, totalSteps, durationMs, gradientPhase,
  createdAt, startedAt, endedAt`

/** CROSS JOIN pins the order: experiments by date, then the runs of each in plan order, so that nothing is sorted. */
const listed = `SELECT ${columns}, experiments.name AS experimentName, kind
  FROM experiments CROSS JOIN runs USING (experimentKey) WHERE deleted = 0`
const inOrder = 'ORDER BY createdAt DESC, experiments.experimentKey DESC, position LIMIT ?'
export const listRunsQuery = `${listed} ${inOrder}`
/** Those after the run with this place in the list. */
export const listLaterRunsQuery = `${listed} AND createdAt <= ?
  AND (createdAt < ? OR experiments.experimentKey < ? OR (experiments.experimentKey = ? AND position > ?)) ${inOrder}`

interface ListPlace {
  createdAt: number
  experimentKey: number
  position: number
}

export class RunTable {
  private readonly insertStatement
  private readonly progressStatement
  private readonly saveProgressStatement
  private readonly visibleStatement
  private readonly updateStatement
  private readonly listStatement
  private readonly listLaterStatement
  private readonly placeStatement
  private readonly ofExperimentStatement
  private readonly getStatement
  private readonly countStatement

  constructor(private readonly database: Database) {
    this.insertStatement = database.prepare(
      `INSERT INTO runs (runId, experimentKey, position, label, groupName, groupIndex, facet, spec, dataSha256,
         parameterCount, stepsPerEpoch, totalSteps, status)
       VALUES (:runId, :experimentKey, :position, :label, :group, :groupIndex, :facet, :spec, :dataSha256,
         :parameterCount, :stepsPerEpoch, :totalSteps, 'queued')`,
    )
    this.progressStatement = database.prepare<[RunId], RunProgressRow>(
      'SELECT runKey, steps, epochs, durationMs, recordedAt FROM runs WHERE runId = ?',
    )
    this.saveProgressStatement = database.prepare<[RunProgressRow]>(
      `UPDATE runs SET steps = :steps, epochs = :epochs, durationMs = :durationMs, recordedAt = :recordedAt
       WHERE runKey = :runKey`,
    )
    this.visibleStatement = database
      .prepare<[RunId], number>(
        'SELECT runKey FROM runs JOIN experiments USING (experimentKey) WHERE runId = ? AND deleted = 0',
      )
      .pluck()
    this.updateStatement = database.prepare(
      `UPDATE runs SET status = coalesce(:status, status), error = iif(:isErrorGiven, :error, error),
         durationMs = coalesce(:durationMs, durationMs), gradientPhase = coalesce(:gradientPhase, gradientPhase),
         dataSha256 = coalesce(:dataSha256, dataSha256), startedAt = coalesce(:startedAt, startedAt),
         endedAt = coalesce(:endedAt, endedAt), interruptions = iif(:goesOnLater, 1, interruptions)
       WHERE runId = :runId`,
    )
    this.listStatement = database.prepare<[number], RawRun>(listRunsQuery)
    this.listLaterStatement = database.prepare<number[], RawRun>(listLaterRunsQuery)
    this.placeStatement = database.prepare<[RunId], ListPlace>(
      'SELECT createdAt, experimentKey, position FROM runs JOIN experiments USING (experimentKey) WHERE runId = ?',
    )
    this.ofExperimentStatement = database.prepare<[number], RawRun>(
      `SELECT ${columns} FROM runs JOIN experiments USING (experimentKey) WHERE experimentKey = ? ORDER BY position`,
    )
    this.getStatement = database.prepare<[number], RawRun>(
      `SELECT ${columns} FROM runs JOIN experiments USING (experimentKey) WHERE runKey = ?`,
    )
    this.countStatement = database
      .prepare<[], number>('SELECT count(*) FROM runs JOIN experiments USING (experimentKey) WHERE deleted = 0')
      .pluck()
  }

  insert(experimentKey: number, run: NewRun): void {
    this.insertStatement.run({ dataSha256: null, ...run, experimentKey, spec: JSON.stringify(run.spec) })
  }

  /** Also of a run whose experiment is deleted: it may still be training. */
  progress(runId: RunId): RunProgressRow {
    const row = this.progressStatement.get(runId)
    if (row === undefined) throw notFound(runId)
    return row
  }

  saveProgress(row: RunProgressRow): void {
    this.saveProgressStatement.run(row)
  }

  /** The key of a run that can be seen. */
  visibleKey(runId: RunId): number {
    const runKey = this.visibleStatement.get(runId)
    if (runKey === undefined) throw notFound(runId)
    return runKey
  }

  isVisible(runId: RunId): boolean {
    return this.visibleStatement.get(runId) !== undefined
  }

  update(update: RunUpdate): void {
    const { runId, status = null, error, durationMs = null, startedAt = null, endedAt = null } = update
    const { dataSha256 = null } = update
    const isErrorGiven = Number(error !== undefined)
    const gradientPhase = update.gradientPhase ? JSON.stringify(update.gradientPhase) : null
    const values = {
      runId,
      status,
      error: error ?? null,
      isErrorGiven,
      durationMs,
      gradientPhase,
      dataSha256,
      startedAt,
      endedAt,
      goesOnLater: Number(update.goesOnLater ?? false),
    }
    if (this.updateStatement.run(values).changes === 0) throw notFound(runId)
  }

  /** Queues a run again as if it had never started. */
  reset(runKey: number): void {
    this.database
      .prepare(
        `UPDATE runs SET status = 'queued', error = NULL, steps = 0, epochs = 0, durationMs = 0, gradientPhase = NULL,
           startedAt = NULL, endedAt = NULL, recordedAt = NULL, queuePosition = NULL WHERE runKey = ?`,
      )
      .run(runKey)
  }

  /** Queues a run again, to go on with what it recorded. */
  requeue(runKey: number): void {
    this.database
      .prepare(`UPDATE runs SET status = 'queued', error = NULL, endedAt = NULL, queuePosition = NULL WHERE runKey = ?`)
      .run(runKey)
  }

  /** Back where a run was; it goes on from there. */
  rewind(runKey: number, { step, epoch, durationMs }: Pick<Checkpoint, 'step' | 'epoch' | 'durationMs'>): void {
    this.database
      .prepare(
        `UPDATE runs SET error = NULL, steps = ?, epochs = ?, durationMs = ?, gradientPhase = NULL, endedAt = NULL
         WHERE runKey = ?`,
      )
      .run(step, epoch, durationMs, runKey)
  }

  /** What a dead lab was training ended when it last recorded something. What waited goes on waiting. */
  markInterrupted(): void {
    this.database.exec(
      `UPDATE runs SET status = 'interrupted', interruptions = interruptions + 1,
         endedAt = coalesce(recordedAt, startedAt,
           (SELECT createdAt FROM experiments WHERE experiments.experimentKey = runs.experimentKey))
       WHERE status = 'running'`,
    )
  }

  /** A run that has come further since a lab died at it may outlive another. */
  forgetInterruptions(runKey: number): void {
    this.database.prepare('UPDATE runs SET interruptions = 0 WHERE runKey = ?').run(runKey)
  }

  /** Only what died once: a run that takes the lab down with it must not do so for ever. */
  requeueInterrupted(): void {
    this.database.exec(
      `UPDATE runs SET status = 'queued', error = NULL, endedAt = NULL
       WHERE status = 'interrupted' AND interruptions = 1`,
    )
  }

  /** Runs that wait, next ones first: those with a place, then each experiment's, its first seeds first. */
  queue(): RunId[] {
    return this.database
      .prepare<[], RunId>(
        `SELECT runId FROM runs JOIN experiments USING (experimentKey)
         WHERE status IN ('queued', 'paused') AND deleted = 0
         ORDER BY queuePosition IS NULL, queuePosition, createdAt, experimentKey, runs.spec ->> '$.seed', position`,
      )
      .pluck()
      .all()
  }

  setQueuePositions(runIds: readonly RunId[]): void {
    const statement = this.database.prepare<[number, RunId]>('UPDATE runs SET queuePosition = ? WHERE runId = ?')
    for (const [place, runId] of runIds.entries()) statement.run(place, runId)
  }

  /**
   * All that can be seen, newest experiment first, in plan order within it.
   * @param after those after it, also where it was deleted meanwhile
   * @param onRow hears of each before it is made, with the length of its spec, and may throw
   */
  list(after: RunId | undefined, limit = -1, onRow: (specLength: number) => void): KeyedRun<RunRow>[] {
    const rows: KeyedRun<RunRow>[] = []
    for (const row of this.rowsAfter(after, limit)) {
      onRow(row.spec.length)
      rows.push(toKeyedRun<RunRow>(row))
    }
    return rows
  }

  private rowsAfter(after: RunId | undefined, limit: number): IterableIterator<RawRun> {
    if (after === undefined) return this.listStatement.iterate(limit)
    const place = this.placeStatement.get(after)
    if (place === undefined) throw notFound(after)
    const { createdAt, experimentKey, position } = place
    return this.listLaterStatement.iterate(createdAt, createdAt, experimentKey, experimentKey, position, limit)
  }

  ofExperiment(experimentKey: number): KeyedRun<RunSummary>[] {
    return this.ofExperimentStatement.all(experimentKey).map(toKeyedRun<RunSummary>)
  }

  /** @throws LabError `run/not-found` for one that cannot be seen. */
  get(runId: RunId): KeyedRun<RunSummary> {
    const row = this.getStatement.get(this.visibleKey(runId))
    if (row === undefined) throw notFound(runId)
    return toKeyedRun<RunSummary>(row)
  }

  count(): number {
    return this.countStatement.get() ?? 0
  }
}

function toKeyedRun<Summary extends RunSummary>(row: Omit<RawRun, 'experimentName' | 'kind'>): KeyedRun<Summary> {
  const { runKey, ...rest } = row
  const spec = JSON.parse(row.spec) as RunSpec
  const gradientPhase = row.gradientPhase === null ? null : phaseOf(row.gradientPhase)
  return { runKey, run: { ...rest, spec, seed: spec.seed, gradientPhase, series: {} } as RunSummary as Summary }
}

/** JSON has no NaN. */
function phaseOf(text: string): GradientPhaseOutcome {
  const phase = JSON.parse(text) as GradientPhaseOutcome & { loss: number | null; gradientNorm: number | null }
  return { ...phase, loss: phase.loss ?? NaN, gradientNorm: phase.gradientNorm ?? NaN }
}

function notFound(runId: RunId): LabError {
  return new LabError('run/not-found', `There is no run ${runId}`)
}
