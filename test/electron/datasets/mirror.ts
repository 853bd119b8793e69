/** A mirror on this machine that can misbehave: cut connections, wait, answer with errors, or serve something else. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'

export interface MirrorOptions {
  files: Record<string, Buffer>
  /** Cuts each response after so many bytes of body. */
  cutAfter?: number
  /** Sends so many bytes, then nothing until the client goes. */
  stallAfter?: number
  status?: number
  validators?: boolean
  ranges?: boolean
  redirectTo?: string
}

export interface Mirror {
  url: string
  options: MirrorOptions
  /** 'name range if-range' of each request. */
  requests: string[]
  close(): Promise<void>
}

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const mirror = { url: '', options, requests: [] as string[], close: async () => {} }
  const server = http.createServer((request, response) => answer(mirror, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  mirror.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`
  mirror.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return mirror
}

function answer({ options, requests }: Mirror, request: http.IncomingMessage, response: http.ServerResponse): void {
  const name = request.url!.split('/').at(-1)!
  requests.push([name, request.headers.range, request.headers['if-range']].filter(Boolean).join(' '))
  if (options.redirectTo) return void response.writeHead(302, { location: options.redirectTo + name }).end()
  const bytes = options.files[name]
  if (options.status || !bytes) return void response.writeHead(options.status ?? 404).end()
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
  const validator = options.validators === false ? {} : { etag }
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
  const condition = request.headers['if-range']
  const start = asked && options.ranges !== false && (!condition || condition === etag) ? Number(asked[1]) : 0
  if (start >= bytes.length) return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
  const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}
  const body = bytes.subarray(start)
  response.writeHead(start > 0 ? 206 : 200, { ...validator, ...range, 'content-length': body.length })
  const stop = options.cutAfter ?? options.stallAfter ?? Infinity
  if (stop >= body.length) return void response.end(body)
  response.write(body.subarray(0, stop), () => {
    // Whatever was written goes out before the connection is cut.
    if (options.cutAfter !== undefined) request.socket.end()
  })
}
