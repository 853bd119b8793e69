/** While something trains: the machine stays awake and the task bar shows how far it is. */
import { powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Lab } from '../lab/lab'

export function showActivity(lab: Lab, window: () => BrowserWindow | undefined): void {
  let blocker: number | undefined
  lab.onEvent((event) => {
    if (event.type !== 'status-changed') return
    const share = lab.overallShare()
    const busy = event.status.running + event.status.analyses > 0
    if (busy && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!busy && blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
    window()?.setProgressBar(busy ? (share ?? 0) : -1)
  })
}
