/** manifest.json beside the files of an installed data set: what they were when they were verified. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { datasetNames } from '../../shared/data/datasets'
import { damaged } from './problems'

export const manifestName = 'manifest.json'

const manifestSchema = z.strictObject({
  version: z.literal(1),
  dataset: z.enum(datasetNames),
  /** Where the files came from: addresses or paths. */
  source: z.array(z.string()),
  /** When they were put in place, ISO 8601. */
  date: z.string(),
  trainSize: z.int().min(1),
  testSize: z.int().min(1),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256: z.string() })).min(1),
})
export type Manifest = z.infer<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Undefined where there is none (a folder that Basin did not make). @throws `dataset/damaged` where it cannot be read. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, manifestName)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch {
    throw damaged(path, 'it is not a manifest that Basin wrote')
  }
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, manifestName), JSON.stringify(manifest, null, 2) + '\n')
}

/** Compares the files of a stored set with its manifest. @throws `dataset/damaged` */
export async function verify(folder: string): Promise<void> {
  const manifest = await readManifest(folder)
  if (!manifest) throw damaged(folder, 'it has no manifest')
  for (const { name, sha256: expected } of manifest.files) {
    const path = join(folder, name)
    const bytes = await readFile(path).catch((error: Error) => {
      throw damaged(path, error.message)
    })
    if (sha256(bytes) !== expected) throw damaged(path, 'its content is not what was stored')
  }
}

/** Whether a folder holds a stored set, unharmed. */
export async function isIntact(folder: string): Promise<boolean> {
  try {
    await verify(folder)
    return true
  } catch {
    return false
  }
}
