/** app://basin/: the bundled page, with its content security policy. Nothing but the files of the page is served. */
import { protocol } from 'electron'
import { contentSecurityPolicy, fileAt, readStaticFiles } from '../server/static-files'

/** Before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

type BufferHandler = (
  request: { url: string },
  callback: (response: { statusCode: number; mimeType: string; data: Buffer; headers: Record<string, string> }) => void,
) => void

/** Electron before 25 has this instead of protocol.handle. */
interface OlderProtocol {
  registerBufferProtocol(scheme: string, handler: BufferHandler): void
}

/** Once the app is ready. */
export function servePage(folder: string): void {
  const files = readStaticFiles(folder)
  const headers = { 'Content-Security-Policy': contentSecurityPolicy(), 'X-Content-Type-Options': 'nosniff' }
  const find = (url: string) => {
    const file = fileAt(files, 'basin', url)
    return file
      ? { status: 200, ...file }
      : { status: 404, type: 'text/plain', body: Buffer.from('There is no such page.') }
  }
  if (typeof protocol.handle === 'function') {
    protocol.handle('app', ({ url }) => {
      const { status, type, body } = find(url)
      return new Response(new Uint8Array(body), { status, headers: { ...headers, 'Content-Type': type } })
    })
    return
  }
  const older = protocol as unknown as OlderProtocol
  older.registerBufferProtocol('app', ({ url }, callback) => {
    const { status, type, body } = find(url)
    callback({
      statusCode: status,
      mimeType: type.split(';')[0]!,
      data: body,
      headers: { ...headers, 'Content-Type': type },
    })
  })
}
