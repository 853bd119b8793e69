/** What a request to the loopback server asks for and whether it may. Nothing here throws, whatever a request says. */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** A loopback name with any port: whoever forwards the port over SSH may use another one at their end. */
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

/** Against DNS rebinding: a page of another name must not reach us by it. */
export function isOwnHost(request: IncomingMessage): boolean {
  return ownHost.test(request.headers.host ?? '')
}

/** undefined for what is no address, such as `//`. */
export function addressOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? '/', 'http://basin') ?? undefined
}

/** The HTTP status that refuses a connection to the lab; undefined when it may be opened. */
export function upgradeProblem(request: IncomingMessage, token: string): string | undefined {
  if (!isOwnHost(request)) return '421 Misdirected Request'
  const address = addressOf(request)
  if (!address) return '400 Bad Request'
  if (address.pathname !== '/lab') return '404 Not Found'
  if (request.headers.origin !== `http://${request.headers.host}`) return '403 Forbidden'
  if (!isToken(address.searchParams.get('token') ?? '', token)) return '401 Unauthorized'
  return undefined
}

/** Takes the same time whatever is wrong with it. */
function isToken(given: string, token: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(token)
  return a.length === b.length && timingSafeEqual(a, b)
}
