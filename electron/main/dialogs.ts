/** The system's dialogs for the page. What a person chose there is remembered: the page may import that and nothing else. */
import { dialog, ipcMain, type BrowserWindow } from 'electron'
import { z } from 'zod'
import { LabError } from '../../shared/api/errors'
import { isFromPage } from './ipc-channel'
import { ipcNames } from './ipc-names'

const chooseFilesSchema = z.strictObject({ folders: z.boolean() })

export interface ChosenPaths {
  /** @throws LabError `argument/invalid` for a path that no dialog gave. */
  check(paths: readonly string[]): void
}

export function installDialogs(window: BrowserWindow): ChosenPaths {
  const chosen = new Set<string>()
  ipcMain.handle(ipcNames.chooseFiles, async (event, argument: unknown) => {
    if (!isFromPage(event, window.webContents)) throw new Error('not from the page')
    const { folders } = chooseFilesSchema.parse(argument)
    const { filePaths } = await dialog.showOpenDialog(window, {
      properties: folders ? ['openDirectory'] : ['openFile', 'multiSelections'],
    })
    for (const path of filePaths) chosen.add(path)
    return filePaths
  })
  window.once('closed', () => ipcMain.removeHandler(ipcNames.chooseFiles))
  return {
    check: (paths) => {
      const foreign = paths.find((path) => !chosen.has(path))
      if (foreign !== undefined) throw new LabError('argument/invalid', `${foreign} was not chosen in a dialog.`)
    },
  }
}
