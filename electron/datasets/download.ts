/** Downloads a published file from the first mirror that gives it whole and unharmed, and keeps what arrived for the next time. */
import { rename } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { errorMessage, isLabError, LabError } from '../../shared/api/errors'
import { isPublished, verifyDownload, type PublishedFile } from './sources'
import { discardPart, sizeOf, transfer } from './transfer'

export interface DownloadOptions {
  mirrors: readonly string[]
  file: PublishedFile
  /** Where the file is to be; path + '.part' while it is not complete. */
  path: string
  signal: AbortSignal
  onBytes: (bytes: number) => void
  /** Pause before the first repetition at a mirror; doubles each time. */
  retryDelayMs: number
}

/** Attempts at one mirror that bring no further byte. */
const fruitlessAttempts = 3

/**
 * @returns the address the file came from, or its name where an earlier download had left it complete
 * @throws `dataset/damaged` where no mirror gave the published file but some gave another, `dataset/unreachable` where none gave
 * any (both name the mirrors and what each did), the signal's reason when aborted
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { mirrors, file, path, signal } = options
  if ((await sizeOf(path)) > 0) {
    if (await isPublished(path, file)) return file.name
    await discardPart(path)
  }
  const failures: { url: string; error: unknown }[] = []
  for (const mirror of mirrors) {
    const url = mirror + file.name
    try {
      await downloadFrom(url, options)
      await rename(`${path}.part`, path)
      await discardPart(`${path}.part`)
      return url
    } catch (error) {
      if (signal.aborted || isOfThisMachine(error)) throw error
      failures.push({ url, error })
    }
  }
  const wasDamaged = failures.some(({ error }) => isLabError(error, 'dataset/damaged'))
  const reasons = failures.map(({ url, error }) =>
    isLabError(error) ? error.message : `${url}: ${errorMessage(error)}`,
  )
  throw new LabError(
    wasDamaged ? 'dataset/damaged' : 'dataset/unreachable',
    `${file.name} could not be downloaded. ${reasons.join('; ')}`,
  )
}

async function downloadFrom(url: string, options: DownloadOptions): Promise<void> {
  const { file, signal, retryDelayMs } = options
  const part = `${options.path}.part`
  const largestBytes = 2 * file.bytes + 1024 * 1024
  let fruitless = 0
  for (;;) {
    const before = await sizeOf(part)
    try {
      const { resumed } = await transfer({ url, path: part, largestBytes, signal, onBytes: options.onBytes })
      if (await isVerified(part, url, file, resumed)) return
      continue
    } catch (error) {
      if (signal.aborted || isOfThisMachine(error) || isLabError(error)) throw error
      fruitless = (await sizeOf(part)) > before ? 0 : fruitless + 1
      if (fruitless === fruitlessAttempts || /^HTTP [45]/.test(errorMessage(error))) throw error
    }
    await delay(retryDelayMs * 2 ** fruitless, undefined, { signal })
  }
}

/** False where pieces of different files may have been joined: then once more, from the start. */
async function isVerified(part: string, url: string, file: PublishedFile, resumed: boolean): Promise<boolean> {
  try {
    await verifyDownload(part, url, file)
    return true
  } catch (error) {
    await discardPart(part)
    if (resumed) return false
    throw error
  }
}

/** No mirror can help when the disk is full or may not be written. Failures of the network come without a system call. */
function isOfThisMachine(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined
}
