/** The lab of a command: opened, used, closed whatever happens. */
import { join } from 'node:path'
import { createNodeHost } from '../host/node-host'
import { basinHome, datasetsFolder, trainingCores } from '../lab/home'
import { Lab } from '../lab/lab'
import { version } from './version'

/** @param how `go-on`: writing, and going on with what the last session left unfinished */
export async function withLab<T>(how: 'write' | 'read' | 'go-on', use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await Lab.open({
    host: createNodeHost({ bundleFolder: __dirname, nodePath: process.execPath }),
    version: version(),
    home: basinHome(),
    datasetsFolder: datasetsFolder(),
    cores: trainingCores(),
    mode: how === 'read' ? 'read' : 'write',
    goesOn: how === 'go-on',
  })
  try {
    return await use(lab)
  } finally {
    await lab.close()
  }
}

/** Folder of the bundled page beside this bundle. */
export function pageFolder(): string {
  return join(__dirname, '../renderer')
}
