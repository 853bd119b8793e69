/** What can be done to some runs by hand, in the words of the menus that offer it. */
import type { RunId } from '../../shared/api/ids'
import type { RunStatus } from '../../shared/api/records'

export type RunActionId = 'resume' | 'pause' | 'front' | 'back' | 'stop' | 'retry' | 'goOn' | 'restart'

export interface RunAction {
  key: RunActionId
  label: string
  /** Those of the runs that it is for. */
  runIds: RunId[]
}

const actions: { key: RunActionId; title: string; statuses: readonly RunStatus[] }[] = [
  { key: 'resume', title: 'Go on', statuses: ['paused'] },
  { key: 'pause', title: 'Pause', statuses: ['running', 'queued'] },
  { key: 'front', title: 'Train next', statuses: ['queued'] },
  { key: 'back', title: 'Train last', statuses: ['queued'] },
  { key: 'stop', title: 'Cancel', statuses: ['running', 'queued', 'paused'] },
  { key: 'retry', title: 'Start again', statuses: ['failed', 'stopped'] },
  { key: 'goOn', title: 'Go on where it was cut off', statuses: ['interrupted'] },
  { key: 'restart', title: 'Start from the beginning', statuses: ['interrupted'] },
]

/** Actions that are for at least one of these runs; of several runs each says for how many, unless it is for all. */
export function runActions(runs: readonly { runId: RunId; status: RunStatus }[]): RunAction[] {
  return actions.flatMap(({ key, title, statuses }) => {
    const runIds = runs.filter(({ status }) => statuses.includes(status)).map(({ runId }) => runId)
    if (runIds.length === 0) return []
    return [
      { key, label: runIds.length === runs.length ? title : `${title} (${runIds.length} of ${runs.length})`, runIds },
    ]
  })
}
