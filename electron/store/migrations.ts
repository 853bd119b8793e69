/**
 * The schema, as the steps that lead to it. PRAGMA user_version counts the steps a database has taken. A step that was released is
 * never changed; new ones are added at the end.
 */
import type { Database } from 'better-sqlite3'
import { addExtremes } from './migrate-extremes'
import { sealRows } from './row-checksums'

export type Migration = (database: Database) => void

/** Each step in a transaction of its own. */
export function migrate(database: Database, steps: readonly Migration[] = migrations): void {
  const version = database.pragma('user_version', { simple: true }) as number
  steps.slice(version).forEach((step, i) => {
    database.transaction(() => {
      step(database)
      sealRows(database)
      database.pragma(`user_version = ${version + i + 1}`)
    })()
  })
}

export const migrations: readonly Migration[] = [
  createTables,
  addBuffers,
  addAnalyses,
  keepSnapshotsAlongRuns,
  addGradientPhase,
  addStartFiles,
  addQueue,
  addCheckpoints,
  addExtremes,
  addChecksums,
  addDataIdentity,
]

/**
 * NaN is NULL in SQLite, hence `last` and `best` without NOT NULL. Keys are never used again (AUTOINCREMENT where a reader may still
 * hold one). Steps of `chunks` are NULL when regular.
 */
function createTables(database: Database): void {
  database.exec(`
    CREATE TABLE experiments (
      experimentKey INTEGER PRIMARY KEY,
      experimentId TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      spec TEXT NOT NULL,
      createdAt REAL NOT NULL,
      deleted INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX experimentsByDate ON experiments (createdAt) WHERE deleted = 0;
    CREATE INDEX experimentsDeleted ON experiments (deleted) WHERE deleted = 1;

    CREATE TABLE runs (
      runKey INTEGER PRIMARY KEY AUTOINCREMENT,
      runId TEXT NOT NULL UNIQUE,
      experimentKey INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
      position INTEGER NOT NULL,
      label TEXT NOT NULL,
      groupName TEXT NOT NULL,
      groupIndex INTEGER NOT NULL,
      facet TEXT NOT NULL,
      spec TEXT NOT NULL,
      parameterCount INTEGER NOT NULL,
      stepsPerEpoch REAL NOT NULL,
      totalSteps INTEGER NOT NULL,
      status TEXT NOT NULL,
      error TEXT,
      steps INTEGER NOT NULL DEFAULT 0,
      epochs REAL NOT NULL DEFAULT 0,
      durationMs REAL NOT NULL DEFAULT 0,
      startedAt REAL,
      endedAt REAL,
      recordedAt REAL,
      UNIQUE (experimentKey, position)
    ) STRICT;
    CREATE INDEX runsByStatus ON runs (experimentKey, status);
    CREATE INDEX runsUnfinished ON runs (status) WHERE status IN ('queued', 'running', 'paused');

    CREATE TABLE series (
      seriesKey INTEGER PRIMARY KEY AUTOINCREMENT,
      runKey INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      name TEXT NOT NULL,
      regular INTEGER NOT NULL,
      count INTEGER NOT NULL,
      last REAL,
      best REAL,
      UNIQUE (runKey, name)
    ) STRICT;

    CREATE TABLE chunks (
      seriesKey INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
      chunk INTEGER NOT NULL,
      firstStep REAL NOT NULL,
      steps BLOB,
      data BLOB NOT NULL,
      UNIQUE (seriesKey, chunk)
    ) STRICT;

    CREATE TABLE frames (
      runKey INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      epoch REAL NOT NULL,
      step INTEGER NOT NULL,
      data BLOB NOT NULL,
      UNIQUE (runKey, epoch, step)
    ) STRICT;

    CREATE TABLE snapshots (
      runKey INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
      step INTEGER NOT NULL,
      data BLOB NOT NULL
    ) STRICT;
  `)
}

/** What a network keeps beside its parameters: the running statistics of batch normalisation. NULL where it has none. */
function addBuffers(database: Database): void {
  database.exec('ALTER TABLE snapshots ADD COLUMN buffers BLOB')
}

/** Questions asked of runs. `result` is bytes of the codec, a part of one while it is computed; `identity` is what it was computed from. */
function addAnalyses(database: Database): void {
  database.exec(`
    CREATE TABLE analyses (
      analysisKey INTEGER PRIMARY KEY,
      analysisId TEXT NOT NULL UNIQUE,
      experimentKey INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
      position INTEGER NOT NULL,
      kind TEXT NOT NULL,
      label TEXT NOT NULL,
      groupName TEXT NOT NULL,
      groupIndex INTEGER NOT NULL,
      facet TEXT NOT NULL,
      spec TEXT NOT NULL,
      runIds TEXT NOT NULL,
      status TEXT NOT NULL,
      errorCode TEXT,
      error TEXT,
      share REAL NOT NULL DEFAULT 0,
      durationMs REAL NOT NULL DEFAULT 0,
      startedAt REAL,
      endedAt REAL,
      identity TEXT,
      summary TEXT,
      provenance TEXT,
      result BLOB,
      UNIQUE (experimentKey, position)
    ) STRICT;
    CREATE INDEX analysesByStatus ON analyses (experimentKey, status);
    CREATE INDEX analysesByIdentity ON analyses (identity) WHERE identity IS NOT NULL;
  `)
}

/** How the phase that minimises the gradient norm ended, as JSON; NULL without one. */
function addGradientPhase(database: Database): void {
  database.exec('ALTER TABLE runs ADD COLUMN gradientPhase TEXT')
}

/** Many snapshots for each run instead of one; those from before were taken at the end. */
function keepSnapshotsAlongRuns(database: Database): void {
  database.exec(`
    ALTER TABLE snapshots RENAME TO lastSnapshots;
    CREATE TABLE snapshots (
      runKey INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch REAL NOT NULL,
      buffers BLOB,
      data BLOB NOT NULL,
      UNIQUE (runKey, step)
    ) STRICT;
    INSERT INTO snapshots (runKey, step, epoch, buffers, data)
      SELECT runKey, step, epochs, buffers, data FROM lastSnapshots JOIN runs USING (runKey);
    DROP TABLE lastSnapshots;
  `)
}

/** Files of weights that runs start from; specs of runs name them. */
function addStartFiles(database: Database): void {
  database.exec('CREATE TABLE startFiles (sha256 TEXT PRIMARY KEY, file BLOB NOT NULL) STRICT')
}

/**
 * Places in the queue that a person gave (runs without one come after those that have one), and how often a lab died while it was at
 * a run or an analysis.
 */
function addQueue(database: Database): void {
  database.exec(`
    ALTER TABLE runs ADD COLUMN queuePosition INTEGER;
    ALTER TABLE runs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE analyses ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
  `)
}

/** What a run that trains goes on from when it is cut off. `state` is of the engine. */
function addCheckpoints(database: Database): void {
  database.exec(`
    CREATE TABLE checkpoints (
      runKey INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch REAL NOT NULL,
      durationMs REAL NOT NULL,
      state BLOB NOT NULL
    ) STRICT;
  `)
}

/**
 * Of bytes, see checksum.ts: NULL for what was written before, because one made now would vouch for what nobody has looked at, and
 * every byte of the file would have to be read. Of rows, see row-checksums.ts.
 */
function addChecksums(database: Database): void {
  for (const table of ['chunks', 'frames', 'snapshots', 'checkpoints'])
    database.exec(`ALTER TABLE ${table} ADD COLUMN checksum INTEGER`)
  database.exec('ALTER TABLE analyses ADD COLUMN resultChecksum INTEGER')
  for (const table of ['experiments', 'runs', 'series', 'analyses'])
    database.exec(`ALTER TABLE ${table} ADD COLUMN rowChecksum INTEGER`)
}

/**
 * What content a run's data set had, NULL where nobody kept it or the spec alone decides; and whether an analysis was asked for with
 * other data than its runs were trained on.
 */
export function addDataIdentity(database: Database): void {
  database.exec(`
    ALTER TABLE runs ADD COLUMN dataSha256 TEXT;
    ALTER TABLE analyses ADD COLUMN otherData INTEGER NOT NULL DEFAULT 0;
  `)
}
