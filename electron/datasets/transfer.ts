/**
 * One HTTP transfer into a file, going on where an earlier one broke off: Range, with If-Range where the server gave a validator.
 * Which mirrors to try and how often is download.ts.
 */
import { createWriteStream, writeFileSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { finished } from 'node:stream/promises'

const silenceMs = 30_000
const mostRedirects = 5

export interface TransferOptions {
  url: string
  /** The file so far, and what it is of beside it (path + '.json'). */
  path: string
  /** A server that sends more is not sending what was asked for. */
  largestBytes: number
  signal: AbortSignal
  /** Bytes in the file so far. */
  onBytes: (bytes: number) => void
}

/** What is known of a file that is not complete. */
interface PartialNote {
  url: string
  /** Strong entity tag, or date of last change: what If-Range takes. */
  validator?: string
  totalBytes?: number
}

/**
 * Resolves when the file is as long as the server says it is. What arrived before a failure stays for the next attempt.
 * @returns whether it went on with an earlier part
 * @throws Error saying what happened, for people
 */
export async function transfer(options: TransferOptions): Promise<{ resumed: boolean }> {
  const { url, path, signal } = options
  const note = await readNote(path)
  const have = note ? await sizeOf(path) : 0
  const response = await request(url, rangeHeaders(url, note, have), signal)
  try {
    if (response.statusCode === 416) return await onUnsatisfiable(path, response, have)
    const start = response.statusCode === 206 ? startOfRange(response, note, have) : 0
    if (response.statusCode !== 200 && response.statusCode !== 206) throw new Error(`HTTP ${response.statusCode}`)
    if (start === undefined) {
      await discardPart(path)
      throw new Error('it went on with another file than it began with')
    }
    const length = response.headers['content-length']
    const totalBytes = length === undefined ? undefined : start + Number(length)
    if (totalBytes !== undefined && totalBytes > options.largestBytes)
      throw new Error(`it has ${totalBytes} bytes, more than expected`)
    writeNote(path, { url, validator: validatorOf(response), totalBytes })
    await save(response, start, totalBytes, options)
    return { resumed: start > 0 }
  } finally {
    response.destroy()
  }
}

/** Forgets what arrived. */
export async function discardPart(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(`${path}.json`, { force: true })
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

async function readNote(path: string): Promise<PartialNote | undefined> {
  try {
    const { url, validator, totalBytes } = JSON.parse(await readFile(`${path}.json`, 'utf8')) as PartialNote
    return { url, validator, totalBytes }
  } catch {
    return undefined
  }
}

/** At once: while this function waited for the disk, what the server sends could be lost with its connection. */
function writeNote(path: string, note: PartialNote): void {
  writeFileSync(`${path}.json`, JSON.stringify(note))
}

/** Another mirror's validators mean nothing here; there the sizes are compared, and in the end the checksum decides. */
function rangeHeaders(url: string, note: PartialNote | undefined, have: number): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'Basin', 'accept-encoding': 'identity' }
  if (!note || have === 0) return headers
  headers.range = `bytes=${have}-`
  if (note.url === url && note.validator) headers['if-range'] = note.validator
  return headers
}

function validatorOf({ headers }: http.IncomingMessage): string | undefined {
  return headers.etag && !headers.etag.startsWith('W/') ? headers.etag : headers['last-modified']
}

/** Where a 206 begins, or undefined where it does not continue what is here. */
function startOfRange(response: http.IncomingMessage, note: PartialNote | undefined, have: number): number | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '') ?? []
  if (start === undefined || Number(start) !== have) return undefined
  if (note?.totalBytes !== undefined && total !== '*' && Number(total) !== note.totalBytes) return undefined
  return have
}

/** The server has nothing beyond what is here: either that is all, or it is not of this file. */
async function onUnsatisfiable(path: string, response: http.IncomingMessage, have: number) {
  const [, total] = /^bytes \*\/(\d+)$/.exec(response.headers['content-range'] ?? '') ?? []
  if (have > 0 && Number(total) === have) return { resumed: true }
  await discardPart(path)
  throw new Error('it could not go on from where the download broke off')
}

async function save(
  response: http.IncomingMessage,
  start: number,
  totalBytes: number | undefined,
  { path, largestBytes, signal, onBytes }: TransferOptions,
): Promise<void> {
  let bytes = start
  onBytes(bytes)
  const file = createWriteStream(path, { flags: start > 0 ? 'a' : 'w' })
  const written = finished(file)
  // Awaited below; until then nobody else is to be alarmed.
  written.catch(() => {})
  // Not a pipeline: that would throw away what has arrived but is not written when the connection breaks.
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > largestBytes) response.destroy(new Error('it sends more than expected'))
    if (!file.write(chunk)) response.pause()
    onBytes(bytes)
  })
  file.on('drain', () => response.resume())
  file.on('error', () => response.destroy())
  try {
    await finished(response)
  } catch (error) {
    file.end()
    await written
    if (signal.aborted) throw error
    const place = totalBytes === undefined ? '' : ` of ${totalBytes}`
    throw new Error(`the connection broke at byte ${bytes}${place} (${describe(error)})`)
  }
  file.end()
  await written
}

async function request(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  redirects = 0,
): Promise<http.IncomingMessage> {
  const response = await send(new URL(url), headers, signal)
  const { location } = response.headers
  if (![301, 302, 303, 307, 308].includes(response.statusCode!) || location === undefined) return response
  response.destroy()
  if (redirects === mostRedirects) throw new Error('it redirects without end')
  const next = new URL(location, url)
  if (next.protocol !== new URL(url).protocol && next.protocol !== 'https:')
    throw new Error(`it redirects to ${next.protocol}//${next.host}, which is not encrypted`)
  return request(next.href, headers, signal, redirects + 1)
}

function send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const client = clientFor(url)
    const outgoing = client.get(url, { headers, signal }, (response) => {
      response.setTimeout(silenceMs, () => response.destroy(new Error(`silent for ${silenceMs / 1000} seconds`)))
      resolve(response)
    })
    outgoing.setTimeout(silenceMs, () => outgoing.destroy(new Error(`no answer for ${silenceMs / 1000} seconds`)))
    outgoing.on('error', (error) => reject(signal.aborted ? error : new Error(describe(error))))
  })
}

/** Encrypted, except on this very machine. */
function clientFor(url: URL): typeof https | typeof http {
  if (url.protocol === 'https:') return https
  if (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) return http
  throw new Error(`${url.protocol}//${url.host} is not encrypted`)
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  // Several addresses that all fail come as an AggregateError without a message.
  return message || code || 'no connection'
}
