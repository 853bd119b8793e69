/** The native menu. Its commands go to pages of the window by their address. */
import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import { pageAddress } from './ipc-names'

/** @param quit what a person's own wish to quit does */
export function installMenu(window: () => BrowserWindow | undefined, quit: () => void): void {
  const goTo = (route: string) => () => {
    const target = window()
    target?.show()
    // Only the part after # changes, so the page stays and its router moves.
    target?.loadURL(`${pageAddress}#${route}`).catch(() => undefined)
  }
  const mac = process.platform === 'darwin'
  // Not the role: that quits as a script does, without asking.
  const quitItem: MenuItemConstructorOptions = { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: quit }
  const macMenu: MenuItemConstructorOptions = {
    label: 'Basin',
    submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'hide' }, quitItem],
  }
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [macMenu] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New Experiment', accelerator: 'CmdOrCtrl+N', click: goTo('/') },
        { label: 'Runs', accelerator: 'CmdOrCtrl+Shift+R', click: goTo('/runs') },
        { label: 'Data', click: goTo('/data') },
        { type: 'separator' },
        { label: 'Settings', accelerator: 'CmdOrCtrl+,', click: goTo('/settings') },
        { type: 'separator' },
        mac ? { role: 'close' } : quitItem,
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
