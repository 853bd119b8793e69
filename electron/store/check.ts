/**
 * Checks a database from end to end: its structure as SQLite knows it, its tables against those that its version has, the checksum of
 * every row and of all bytes. It only reads. What it finds is named by the experiment and the run it belongs to.
 */
import Database from 'better-sqlite3'
import { errorMessage, LabError } from '../../shared/api/errors'
import type { CheckProblem, CheckReport } from '../../shared/api/store-api'
import { checkResult, type ResultRow } from './analyses'
import { checkCheckpoint, type CheckpointRow } from './checkpoints'
import { decodeFloats } from './codec'
import { checkFrame, type FrameRow } from './frames'
import { migrate, migrations } from './migrations'
import { sealedTables, wrongRows } from './row-checksums'
import { checkChunk, chunkPoints, type ChunkRow, type SeriesRow } from './series'
import { checkSnapshot, type SnapshotRow } from './snapshots'
import { checkStartFile } from './start-files'

type Owner = Pick<CheckProblem, 'experimentId' | 'experiment' | 'runId' | 'label'>

/** What a problem belongs to, by a row of a table that has runs or experiments. */
const ownerQueries: Record<'experiments' | 'runs' | 'series' | 'analyses', string> = {
  experiments: 'SELECT experimentId, name AS experiment FROM experiments WHERE rowid = ?',
  runs: 'SELECT experimentId, name AS experiment, runId, label FROM runs JOIN experiments USING (experimentKey) WHERE runKey = ?',
  series: `SELECT experimentId, experiments.name AS experiment, runId, label FROM series JOIN runs USING (runKey)
    JOIN experiments USING (experimentKey) WHERE seriesKey = ?`,
  analyses: `SELECT experimentId, experiments.name AS experiment, label FROM analyses JOIN experiments USING (experimentKey)
    WHERE analysisKey = ?`,
}

/** All of it, in one state of it. */
export function checkDatabase(database: Database.Database, file: string): CheckReport {
  return database.transaction(() => new Check(database, file).report())()
}

/** What to say of a database that is not whole. */
export function damageError({ file, problems }: CheckReport): LabError {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new LabError(
    'store/damaged',
    `${file} is damaged: ${problems[0]?.what ?? ''}${more}. Basin does not write to it; what is whole can still be read, and 'basin check' says what that is. To go on, set BASIN_HOME to another folder.`,
  )
}

class Check {
  private readonly problems: CheckProblem[] = []
  private readonly counts: CheckReport['counts'] = {}
  private withoutChecksum = 0

  constructor(
    private readonly database: Database.Database,
    private readonly file: string,
  ) {}

  report(): CheckReport {
    this.part('its structure', () => this.checkStructure())
    for (const table of sealedTables) this.part(`the table ${table}`, () => this.has(table) && this.checkRows(table))
    this.part('the table series', () => this.checkSeries())
    this.checkBytes<ChunkRow>('chunks', 'series', 'seriesKey', (row) => {
      checkChunk(row)
      if (row.steps !== null) decodeFloats(row.steps)
      decodeFloats(row.data)
    })
    this.checkBytes<FrameRow>('frames', 'runs', 'runKey', (row) => {
      checkFrame(row)
      decodeFloats(row.data)
    })
    this.checkBytes<SnapshotRow>('snapshots', 'runs', 'runKey', (row) => {
      checkSnapshot(row)
      decodeFloats(row.data)
    })
    this.checkBytes<CheckpointRow>('checkpoints', 'runs', 'runKey', checkCheckpoint)
    this.checkBytes<ResultRow>('analyses', 'analyses', 'analysisKey', checkResult)
    this.checkBytes<{ sha256: string; file: Uint8Array }>('startFiles', null, null, (row) =>
      checkStartFile(row.sha256, row.file),
    )
    const { file, problems, counts, withoutChecksum } = this
    return { file, isWhole: problems.length === 0, problems, counts, withoutChecksum }
  }

  /** Does one part; where the file lets nothing be read, that is what is wrong with it. */
  private part(what: string, work: () => unknown): void {
    try {
      work()
    } catch (error) {
      if (error instanceof Database.SqliteError || error instanceof LabError)
        this.problems.push({ what: `${what} cannot be read (${errorMessage(error)})` })
      else throw error
    }
  }

  /** An older database lacks some; one that should be there is missed by checkStructure. */
  private has(table: string): boolean {
    return (
      this.database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined
    )
  }

  private checkStructure(): void {
    const lines = this.database.pragma('integrity_check(20)') as { integrity_check: string }[]
    for (const { integrity_check: line } of lines)
      if (line !== 'ok') this.problems.push({ what: line.replaceAll('\n', ' ') })
    const strays = this.database.pragma('foreign_key_check') as { table: string }[]
    for (const table of new Set(strays.map((stray) => stray.table)))
      this.problems.push({ what: `rows of the table ${table} belong to nothing` })
    if (schemaOf(this.database) !== this.expectedSchema())
      this.problems.push({ what: 'its tables are not those that Basin made' })
  }

  private expectedSchema(): string {
    const version = this.database.pragma('user_version', { simple: true }) as number
    const like = new Database(':memory:')
    try {
      migrate(like, migrations.slice(0, version))
      return schemaOf(like)
    } finally {
      like.close()
    }
  }

  private checkRows(table: (typeof sealedTables)[number]): void {
    const { wrong, rows } = wrongRows(this.database, table)
    this.counts[table] = rows
    for (const rowid of wrong)
      this.found(`a row of the table ${table} is not what was stored`, this.owner(table, rowid))
  }

  /** A series has all the chunks of its points. */
  private checkSeries(): void {
    const rows = this.database.prepare<[], SeriesRow & { chunks: number }>(
      'SELECT *, (SELECT count(*) FROM chunks WHERE chunks.seriesKey = series.seriesKey) AS chunks FROM series',
    )
    for (const { seriesKey, name, count, chunks } of rows.iterate())
      if (chunks !== Math.ceil(count / chunkPoints))
        this.found(`points of the series ${name} are missing`, this.owner('series', seriesKey))
  }

  private checkBytes<Row>(
    table: string,
    ofTable: keyof typeof ownerQueries | null,
    key: string | null,
    check: (row: Row) => void,
  ): void {
    this.part(`the table ${table}`, () => {
      if (!this.has(table)) return
      const column = table === 'analyses' ? 'resultChecksum' : 'checksum'
      const query = `SELECT * FROM ${table} NOT INDEXED`
      let rows = 0
      for (const stored of this.database.prepare<[], Row & Record<string, unknown>>(query).iterate()) {
        rows++
        // Columns that an older database lacks.
        const row: Row & Record<string, unknown> = { [column]: null, buffers: null, ...stored }
        if (row[column] === null && table !== 'startFiles' && row.result !== null) this.withoutChecksum++
        try {
          check(row)
        } catch (error) {
          if (!(error instanceof LabError)) throw error
          this.found(error.message, ofTable && key ? this.owner(ofTable, row[key] as number) : {})
        }
      }
      if (table !== 'analyses') this.counts[table] = rows
    })
  }

  private owner(table: keyof typeof ownerQueries, rowid: number): Owner {
    try {
      return this.database.prepare<[number], Owner>(ownerQueries[table]).get(rowid) ?? {}
    } catch {
      return {}
    }
  }

  /** The same thing is wrong with many rows of one run more often than not. */
  private found(what: string, owner: Owner): void {
    const same = this.problems.find(
      (known) =>
        known.what === what &&
        known.runId === owner.runId &&
        known.label === owner.label &&
        known.experimentId === owner.experimentId,
    )
    if (same === undefined) this.problems.push({ what, ...owner })
  }
}

function schemaOf(database: Database.Database): string {
  const rows = database.prepare<[], { type: string; name: string; sql: string | null }>(
    'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name',
  )
  return rows
    .all()
    .map(({ type, name, sql }) => `${type} ${name} ${sql?.replace(/\s+/g, ' ') ?? ''}`)
    .join('\n')
}
