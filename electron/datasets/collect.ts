/**
 * Recognises the files of a data set among what a person points at: files, folders, archives. What a file is, its content says;
 * its name is asked only where the content cannot tell (which CIFAR-10 batch is the test batch).
 */
import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError } from '../../shared/api/errors'
import { datasets } from '../../shared/data/datasets'
import { cifarRecordBytes, checkCifarBatch } from './cifar'
import { isOfOtherEdition, otherEdition, type OtherEdition } from './editions'
import { idxShape } from './idx'
import { isNamedLike, type FileDatasetName } from './locate'
import { parseMnistImages, parseMnistLabels } from './mnist'
import { damaged } from './problems'
import { parseTarHeader, readTar } from './tar'
import { kindOfFile, peekFile, readUnpacked, type Peek } from './unpack'

export type FileRole = 'images' | 'labels' | 'batch'

/** One file of the data set, unpacked and checked for itself. */
export interface CollectedFile {
  role: FileRole
  /** Path, or archive/member. */
  file: string
  count: number
  bytes: Uint8Array
}

const deepestFolder = 4
const mostFiles = 10_000
const cifarBatchName = /(^|[/\\])(data|test)_batch[^/\\]*\.bin(\.gz)?$/

/**
 * Calls `onFile` with each file of the data set, one at a time so that no more than one is in memory.
 * In folders, files that are something else are passed over; a path given itself must be one.
 * @throws `dataset/damaged` naming the file, `argument/invalid` for a path that is not there or is something else
 */
export async function collectFiles(
  name: FileDatasetName,
  paths: readonly string[],
  onFile: (file: CollectedFile) => Promise<void>,
): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined)
    if (!found) throw new LabError('argument/invalid', `There is no file or folder ${path}`)
    if (found.isDirectory()) await collectBelow(name, path, onFile)
    else if (found.isFile()) await collectFrom(name, path, true, onFile)
    else throw new LabError('argument/invalid', `${path} is ${kindOfFile(found)}, neither a file nor a folder`)
  }
}

async function collectBelow(
  name: FileDatasetName,
  folder: string,
  onFile: (file: CollectedFile) => Promise<void>,
): Promise<void> {
  let found = 0
  let other: { file: string; edition: OtherEdition } | undefined
  const countFile = async (file: CollectedFile) => {
    found++
    await onFile(file)
  }
  for (const file of await filesBelow(folder)) {
    const edition = await collectFrom(name, file, false, countFile)
    if (edition) other ??= { file, edition }
  }
  if (found === 0 && other) throw isOfOtherEdition(other.file, other.edition)
}

/** @returns what it is instead, where it was passed over as another edition of the data set */
async function collectFrom(
  name: FileDatasetName,
  path: string,
  wanted: boolean,
  onFile: (file: CollectedFile) => Promise<void>,
): Promise<OtherEdition | undefined> {
  const peek = await peekFile(path)
  const isCifar = name === 'cifar10'
  const edition = isCifar ? otherEdition(parseTarHeader(peek.head.subarray(0, 512))?.name ?? '', peek.head) : undefined
  if (edition && wanted) throw isOfOtherEdition(path, edition)
  if (edition) return edition
  if (isArchiveOf(name, path, peek, wanted)) {
    await readTar(path, async (member) => {
      const inside = isCifar ? otherEdition(member.name, member.bytes) : undefined
      if (inside) throw isOfOtherEdition(path, inside)
      const role = roleOf(name, member.name, member.bytes, member.bytes.length)
      if (role) await onFile(checked(role, `${path}/${member.name}`, member.bytes))
    })
    return undefined
  }
  const named = isNamedLike(name, basename(path))
  const role = roleOf(name, path, peek.head, peek.packed ? undefined : peek.unpackedBytes)
  if (role && (wanted || named || role !== 'batch')) await onFile(checked(role, path, await readUnpacked(path)))
  else if (wanted || named) await refuse(name, path, peek, named)
  return undefined
}

/** A tar archive, by its first header; in a folder only one that begins as the published archive does. */
function isArchiveOf(name: FileDatasetName, path: string, peek: Peek, wanted: boolean): boolean {
  const header = parseTarHeader(peek.head.subarray(0, 512))
  if (header) return wanted || (name === 'cifar10' && header.name.startsWith('cifar-10-batches-bin'))
  return wanted && name === 'cifar10' && /\.(tar|tgz|tar\.gz)$/.test(path)
}

/** What the content is, told from its head and, where known, its size. */
function roleOf(name: FileDatasetName, file: string, head: Uint8Array, size: number | undefined): FileRole | undefined {
  const shape = idxShape(head)
  if (name === 'mnist') {
    if (shape?.length === 1) return 'labels'
    return shape?.length === 3 ? 'images' : undefined
  }
  if (shape || head.length === 0 || head[0]! >= datasets.cifar10.classes.length) return undefined
  return cifarBatchName.test(file) || (size !== undefined && size % cifarRecordBytes === 0) ? 'batch' : undefined
}

function checked(role: FileRole, file: string, bytes: Uint8Array): CollectedFile {
  if (role === 'images') return { role, file, count: parseMnistImages(file, bytes).count, bytes }
  if (role === 'labels') return { role, file, count: parseMnistLabels(file, bytes).length, bytes }
  return { role, file, count: checkCifarBatch(file, bytes), bytes }
}

/** A file that should have been one of the data set's: says as closely as possible why it is not. */
async function refuse(name: FileDatasetName, path: string, peek: Peek, named: boolean): Promise<never> {
  const bytes = peek.packed || named ? await readUnpacked(path) : peek.head
  if (bytes.length === 0) throw damaged(path, 'it is empty')
  // For a file with the right name, the parsers know what is wrong in detail.
  if (named && name === 'mnist') parseMnistImages(path, bytes)
  if (named && name === 'cifar10') checkCifarBatch(path, bytes)
  throw damaged(path, `it is none of the files of ${datasets[name].title}`)
}

/** Regular files below a folder, in a fixed order; hidden ones and links to folders left out. */
async function filesBelow(folder: string, depth = 0): Promise<string[]> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  entries.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const files: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry)
    const link = await lstat(path)
    if (link.isDirectory() && depth < deepestFolder) files.push(...(await filesBelow(path, depth + 1)))
    else if (link.isFile() || (link.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isFile()))
      files.push(path)
    if (files.length > mostFiles)
      throw new LabError('argument/invalid', `${folder} has more than ${mostFiles} files; name a smaller folder`)
  }
  return files
}
