/**
 * What a browser is given to open: a file of the user's alone that leads to the address of the lab. The address holds the token of this start, and
 * everybody on the machine can read the arguments of a process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface StartPage {
  path: string
  remove(): void
}

/** @throws Error of the file system where nothing can be written */
export function writeStartPage(url: string): StartPage {
  // Readable by its owner alone (0700), wherever the user's umask stands.
  const folder = mkdtempSync(join(tmpdir(), 'basin-open-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const path = join(folder, 'basin.html')
  try {
    writeFileSync(path, pageTo(url), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    remove()
    throw error
  }
  return { path, remove }
}

function pageTo(url: string): string {
  const address = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${address}">
<title>Basin</title>
<a href="${address}">Open Basin</a>
`
}
