/**
 * The ways to the app's end. A person who closes the window or quits from its menu while networks train is asked first. Nobody else is: a
 * signal, a script's app.quit, the end of the launcher or of the session close at once, and what trains goes on with the next start.
 */
import { app, dialog, powerMonitor, type BrowserWindow } from 'electron'
import { errorMessage } from '../../shared/api/errors'
import { exitCodeOf, StopRequests } from '../host/stop-requests'
import type { Lab } from '../lab/lab'

/** Once the app is ready: before, Chromium would take the signals for itself. Until a lab opens they end the app at once. */
export function hearStopRequests(): StopRequests {
  return new StopRequests(({ signal }) => app.exit(exitCodeOf(signal)))
}

/** Until there is a window: what the lab began with goes on with the next start. */
export function closeOnceOpen(opening: Promise<Lab>, requests: StopRequests): void {
  requests.listen(({ signal, isRepeated }) => {
    if (isRepeated) app.exit(exitCodeOf(signal))
    void opening.then((lab) => lab.close()).finally(() => app.exit(0))
  })
}

/** Quitting waits until the runs have stopped and everything is written. @returns what a person's wish to quit does */
export function closeBeforeQuit(lab: Lab, shown: BrowserWindow, requests: StopRequests): () => void {
  let closing: Promise<void> | undefined
  let asking = false
  const askAndQuit = async () => {
    if (asking) return
    asking = true
    const isWanted = lab.scheduler.running === 0 || (await confirmQuit(shown))
    asking = false
    if (isWanted) app.quit()
  }
  shown.on('close', (event) => {
    if (closing) return
    event.preventDefault()
    void askAndQuit()
  })
  app.on('before-quit', (event) => {
    event.preventDefault()
    closing ??= lab
      .close()
      .catch((error: unknown) => console.error(errorMessage(error)))
      // Everything is written; the windows have nothing more to say.
      .finally(() => app.exit(0))
  })
  requests.listen(({ signal, isRepeated }) => (isRepeated ? app.exit(exitCodeOf(signal)) : app.quit()))
  // The system's shutdown waits for us where it can (Linux, macOS), and tells the window where it cannot (Windows).
  powerMonitor.on('shutdown', ((event?: { preventDefault(): void }) => {
    event?.preventDefault()
    app.quit()
  }) as () => void)
  shown.on('session-end', () => app.quit())
  return () => void askAndQuit()
}

async function confirmQuit(parent: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(parent, {
    type: 'question',
    message: 'Networks are still training.',
    detail:
      'Finished runs stay. The others wait until Basin opens again; those that train now go on then where they are.',
    buttons: ['Quit', 'Keep Training'],
    defaultId: 1,
    cancelId: 1,
  })
  return response === 0
}
