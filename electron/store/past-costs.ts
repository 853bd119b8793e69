/** What finished runs and analyses took, for estimates of the next ones. */
import type { Database } from 'better-sqlite3'
import type { AnalysisKindId } from '../../shared/analyses/kind'
import type { PastCosts } from '../../shared/api/store-api'
import type { RunSpec } from '../../shared/experiments/run-spec'

/** Enough for every experiment that a person has at hand, and read within some milliseconds. */
const mostOfEach = 500

/** Newest first, by their keys, so that nothing is sorted or read that is not asked for; experiments are counted once. */
const runsQuery = `WITH newest AS (
    SELECT runKey, experimentKey, spec, steps, durationMs FROM runs WHERE status = 'finished' ORDER BY runKey DESC LIMIT ${mostOfEach}
  ), counts AS (
    SELECT experimentKey, count(*) AS siblings FROM runs
    WHERE experimentKey IN (SELECT experimentKey FROM newest) GROUP BY experimentKey
  )
  SELECT spec, steps, durationMs, siblings FROM newest JOIN counts USING (experimentKey) ORDER BY runKey`

/** Those that computed something: an answer that was known took no time. */
const analysesQuery = `WITH newest AS (
    SELECT analysisKey, experimentKey, kind, spec, runIds, durationMs FROM analyses
    WHERE status = 'finished' AND NOT coalesce(json_extract(provenance, '$.cached'), 0) ORDER BY analysisKey DESC LIMIT ${mostOfEach}
  ), counts AS (
    SELECT experimentKey, count(*) AS siblings FROM analyses
    WHERE experimentKey IN (SELECT experimentKey FROM newest) GROUP BY experimentKey
  )
  SELECT kind, newest.spec, runs.spec AS asked, json_array_length(runIds) AS runs, newest.durationMs, siblings
  FROM newest JOIN counts USING (experimentKey) JOIN runs ON runs.runId = json_extract(runIds, '$[0]') ORDER BY analysisKey`

interface RunCost {
  spec: string
  steps: number
  durationMs: number
  siblings: number
}

interface AnalysisCost {
  kind: AnalysisKindId
  spec: string
  asked: string
  runs: number
  durationMs: number
  siblings: number
}

export function readPastCosts(database: Database): PastCosts {
  const runs = database.prepare<[], RunCost>(runsQuery).all()
  const analyses = database.prepare<[], AnalysisCost>(analysesQuery).all()
  return {
    runs: runs.map((run) => ({ ...run, spec: JSON.parse(run.spec) as RunSpec })),
    analyses: analyses.map((analysis) => ({
      ...analysis,
      spec: JSON.parse(analysis.spec) as unknown,
      asked: JSON.parse(analysis.asked) as RunSpec,
    })),
  }
}
