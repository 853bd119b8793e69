/** The desktop app: one window on one lab. A second start brings the first window forward. */
import { app, dialog, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import { errorMessage } from '../../shared/api/errors'
import { createElectronHost } from '../host/electron-host'
import { basinHome, datasetsFolder, trainingCores } from '../lab/home'
import { Lab } from '../lab/lab'
import { serveLab } from '../lab/serve-lab'
import { showActivity } from './activity'
import { closeBeforeQuit, closeOnceOpen, hearStopRequests } from './closing'
import { installDialogs } from './dialogs'
import { guardEverything, keepOnPage } from './guard'
import { serveWindow } from './ipc-channel'
import { pageAddress } from './ipc-names'
import { installMenu } from './menu'
import { ownFolder } from './own-folder'
import { registerPageScheme, servePage } from './page-protocol'
import { watchForTrouble } from './trouble'
import { createWindow } from './window'

const bundleFolder = __dirname
const home = basinHome()
let window: BrowserWindow | undefined

// Electron's own files, and with them the single-instance lock, belong to the home.
const desktopFolder = ownFolder(home)
app.setPath('userData', desktopFolder)
registerPageScheme()

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    if (!window) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })
  app.on('window-all-closed', () => app.quit())
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => fail(errorMessage(error)))
} else {
  console.error('Basin is open already; its window comes forward.')
  // Not quit: that waits for a start that does not come.
  app.exit(0)
}

async function start(): Promise<void> {
  const requests = hearStopRequests()
  guardEverything()
  servePage(join(bundleFolder, '../renderer'))
  const opening = Lab.open({
    host: createElectronHost({ bundleFolder, nodePath: nodePath() }),
    version: app.getVersion(),
    home,
    datasetsFolder: datasetsFolder(),
    cores: trainingCores(),
    mode: 'write',
    goesOn: true,
    opensUnwritable: true,
  })
  closeOnceOpen(opening, requests)
  const lab = await opening
  lab.onStoreDied(({ code, message }) =>
    fail(code === 'worker/died' ? `${message} What was recorded until now is safe.` : message),
  )
  window = createWindow({ bundleFolder, version: app.getVersion(), stateFile: join(desktopFolder, 'window.json') })
  const quit = closeBeforeQuit(lab, window, requests)
  window.once('closed', () => (window = undefined))
  keepOnPage(window)
  watchForTrouble(window)
  const chosen = installDialogs(window)
  serveWindow(window.webContents, (channel) =>
    serveLab(channel, lab, {
      importDataset: async (argument) => {
        chosen.check(argument.paths)
        await lab.importDataset(argument)
      },
    }),
  )
  installMenu(() => window, quit)
  showActivity(lab, () => window)
  // A failure is the trouble of the window, which is told; the lab goes on.
  await window.loadURL(pageAddress).catch(() => undefined)
}

/** The Node 24 beside the app, for the workers that Electron's own Node is too old for. */
function nodePath(): string {
  return (
    process.env.BASIN_NODE ??
    join(app.getAppPath(), 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  )
}

function fail(message: string): void {
  console.error(`Basin cannot go on: ${message}`)
  // Not the error box: it would hold up the signals too.
  void dialog
    .showMessageBox({ type: 'error', message: 'Basin cannot go on', detail: message })
    .finally(() => app.exit(1))
}
