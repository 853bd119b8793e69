/** A lab with real worker processes from the bundle, on two cores whatever the machine has. */
import { join } from 'node:path'
import { createNodeHost } from '../../electron/host/node-host'
import { Lab, type LabOptions } from '../../electron/lab/lab'
import { root } from './requirements'

export const realHost = () => createNodeHost({ bundleFolder: join(root, 'dist/electron'), nodePath: process.execPath })

export function openRealLab(home: string, options: Partial<LabOptions> = {}): Promise<Lab> {
  return Lab.open({ host: realHost(), version: '1.2.3', home, cores: 2, mode: 'write', ...options })
}
