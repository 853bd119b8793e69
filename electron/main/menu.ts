/** The native menu. Its commands go to pages of the window by their address. */
import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import { pageAddress } from './ipc-names'

export function installMenu(window: () => BrowserWindow | undefined): void {
  const goTo = (route: string) => () => {
    const target = window()
    target?.show()
    // Only the part after # changes, so the page stays and its router moves.
    void target?.loadURL(`${pageAddress}#${route}`)
  }
  const mac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New Experiment', accelerator: 'CmdOrCtrl+N', click: goTo('/') },
        { label: 'Runs', accelerator: 'CmdOrCtrl+Shift+R', click: goTo('/runs') },
        { label: 'Data', click: goTo('/data') },
        { type: 'separator' },
        { label: 'Settings', accelerator: 'CmdOrCtrl+,', click: goTo('/settings') },
        { type: 'separator' },
        mac ? { role: 'close' } : { role: 'quit' },
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
