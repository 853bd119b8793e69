/** Files that are whole or not there. */
import { rename, rm, writeFile } from 'node:fs/promises'

/** Written beside and renamed; where that fails (a full disk), nothing is left of it. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.part`
  try {
    await writeFile(partial, content)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw error
  }
}
