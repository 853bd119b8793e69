/** Remembers what a build step was made from, so that it is done again only when something changed. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** All files under the given files and folders, in a stable order; `skip` names folders left out. */
function filesUnder(paths, skip) {
  const files = []
  const visit = (path) => {
    if (!existsSync(path)) return
    if (!statSync(path).isDirectory()) return void files.push(path)
    for (const name of readdirSync(path).sort()) if (!skip.includes(name)) visit(join(path, name))
  }
  paths.forEach(visit)
  return files
}

/** Hash of the contents of files and folders and of further strings. */
export function hashOf(root, paths, extra = [], skip = ['node_modules', 'dist', 'build']) {
  const hash = createHash('sha256')
  for (const text of extra) hash.update(`${text}\0`)
  for (const file of filesUnder(
    paths.map((path) => join(root, path)),
    skip,
  )) {
    hash.update(`${relative(root, file)}\0`)
    hash.update(readFileSync(file))
  }
  return hash.digest('hex')
}

export function isFresh(stampFile, hash) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash
}

export function writeStamp(stampFile, hash) {
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, hash)
}
