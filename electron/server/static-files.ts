/** The page's files by address. Only files that were there when the server started can be served; nothing is resolved at request time. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

export interface StaticFile {
  type: string
  body: Buffer
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** '/index.html', '/assets/app-1a2b.js', ...: what lies in a folder, read once. */
export function readStaticFiles(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  const visit = (path: string, address: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const file = join(path, entry.name)
      const entryAddress = `${address}/${entry.name}`
      if (entry.isDirectory()) visit(file, entryAddress)
      else if (types[extname(entry.name)])
        files.set(entryAddress, { type: types[extname(entry.name)]!, body: readFileSync(file) })
    }
  }
  visit(folder, '')
  const index = files.get('/index.html')
  if (index) files.set('/', index)
  return files
}

/** The file of an address such as app://basin/index.html; undefined where there is none, or the address is none. */
export function fileAt(files: ReadonlyMap<string, StaticFile>, host: string, address: string): StaticFile | undefined {
  try {
    // Electron 22 has neither URL.parse nor URL.canParse.
    const url = new URL(address)
    return url.host === host ? files.get(url.pathname) : undefined
  } catch {
    return undefined
  }
}

/**
 * The content security policy of the page: its own files and its own lab, nothing else. Controls and charts set inline styles.
 * @param connect where the page may connect to besides its own address.
 */
export function contentSecurityPolicy(connect = ''): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${connect}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
