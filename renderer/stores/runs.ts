/** All runs ever made, as the runs table shows them; followed while somebody looks. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { errorMessage } from '../../shared/api/errors'
import type { RunId } from '../../shared/api/ids'
import type { RunProgress } from '../../shared/api/lab-api'
import type { RunRow } from '../../shared/api/records'
import { readAllRuns } from '../../shared/experiments/records-in-parts'
import { FramePacer } from '../components/charts/frame-pacer'
import { lab, onLabEvent, onLabOpen } from '../lab/lab-client'
import { createRefresher } from './refresher'
import { rowsWithProgress } from './runs-progress'

/** Thousands of rows are read at most this often when one of them changed state. */
const listIntervalMs = 1500
/** While runs only go on, their progress moves the rows; best and last values are read this often. */
const valuesIntervalMs = 6000
const progressIntervalMs = 400

export const useRunsStore = defineStore('runs', () => {
  const rows = shallowRef<readonly RunRow[]>([])
  const loaded = shallowRef(false)
  const problem = shallowRef<string | null>(null)
  const newest = new Map<RunId, RunProgress>()

  const refresher = createRefresher(async () => {
    try {
      rows.value = await readAllRuns(lab)
      loaded.value = true
      problem.value = null
    } catch (error) {
      problem.value = errorMessage(error)
    }
  }, listIntervalMs)

  const pacer = () =>
    new FramePacer(() => {
      rows.value = rowsWithProgress(rows.value, newest)
      newest.clear()
    }, progressIntervalMs)

  /** Keeps the rows fresh until the returned function is called. */
  function follow(): () => void {
    const merging = pacer()
    const values = new FramePacer(() => refresher.request(), valuesIntervalMs)
    const endings = [
      onLabOpen(() => refresher.request()),
      onLabEvent((event) => {
        if (event.type === 'experiments-changed' || event.type === 'experiment-changed') refresher.request()
        if (event.type !== 'progress') return
        for (const run of event.progress.runs) newest.set(run.runId, run)
        merging.request()
        values.request()
      }),
      () => merging.dispose(),
      () => values.dispose(),
    ]
    return () => endings.forEach((end) => end())
  }

  return { rows, loaded, problem, follow, refresh: refresher.request }
})
