/** While something trains: the machine stays awake and the task bar shows how far it is. */
import { powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Lab } from '../lab/lab'

export function showActivity(lab: Lab, window: () => BrowserWindow | undefined): void {
  let blocker: number | undefined
  lab.onEvent((event) => {
    if (event.type !== 'status-changed') return
    const busy = event.status.running > 0
    if (busy && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!busy && blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
    const trackers = lab.scheduler.trackers
    const shares = trackers.map((tracker) => tracker.progress(1).share)
    window()?.setProgressBar(busy ? shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length) : -1)
  })
}
