/** The bridge of the sandboxed window: bytes to and from the lab, and what only a desktop can do. Nothing else. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { DesktopApi } from '../../shared/api/desktop-api'
import { ipcNames, isPageAddress, versionArgument } from '../main/ipc-names'

const versionFlag = process.argv.find((argument) => argument.startsWith(versionArgument))

const desktop: DesktopApi = {
  sendToLab: (bytes) => ipcRenderer.send(ipcNames.toLab, bytes),
  onLabMessage: (listener) => {
    const forward = (_event: IpcRendererEvent, bytes: Uint8Array) => listener(bytes)
    ipcRenderer.on(ipcNames.fromLab, forward)
    return () => void ipcRenderer.off(ipcNames.fromLab, forward)
  },
  chooseFiles: ({ folders }) => ipcRenderer.invoke(ipcNames.chooseFiles, { folders }) as Promise<string[]>,
  takeNotice: () => ipcRenderer.invoke(ipcNames.takeNotice) as Promise<string | null>,
  versions: {
    basin: versionFlag?.slice(versionArgument.length) ?? '',
    electron: process.versions.electron ?? '',
    chrome: process.versions.chrome ?? '',
    node: process.versions.node,
    platform: process.platform,
  },
}

// Whatever else comes to be shown in this window has no bridge.
if (isPageAddress((globalThis as unknown as { location: { href: string } }).location.href))
  contextBridge.exposeInMainWorld('basin', desktop)
