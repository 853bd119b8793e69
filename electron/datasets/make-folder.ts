/** Makes a folder, and says why where that cannot be. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabError } from '../../shared/api/errors'

/** With its parents. @throws LabError `disk/read-only` where nothing may be written there, or what the system says */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    const reason = (await firstRefusal(path)) ?? (error as NodeJS.ErrnoException)
    if (reason.code === 'EROFS' || reason.code === 'EACCES' || reason.code === 'EPERM')
      throw new LabError('disk/read-only', `${path} cannot be made: ${whyNot[reason.code]}.`)
    throw reason
  }
}

const whyNot = {
  EROFS: 'the disk is read-only',
  EACCES: 'you may not write there',
  EPERM: 'the system does not permit it',
} as const

/** Node's recursive mkdir calls a read-only disk ENOENT; making one folder after the other tells the truth. */
async function firstRefusal(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path)
    return undefined
  } catch (error) {
    const refusal = error as NodeJS.ErrnoException
    if (refusal.code === 'EEXIST') return undefined
    if (refusal.code !== 'ENOENT' || dirname(path) === path) return refusal
    return (await firstRefusal(dirname(path))) ?? refusal
  }
}
