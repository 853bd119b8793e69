/** Who may talk to the loopback server, and what it serves. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ServableLab } from '../../../electron/lab/serve-lab'
import { startLabServer, type LabServer } from '../../../electron/server/lab-server'

let server: LabServer
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'basin-page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Basin</title>')
  writeFileSync(join(folder, 'assets/app.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'not of a served type')
  // Connections are all that is tested; no method is called.
  const lab = { onEvent: () => () => undefined } as unknown as ServableLab
  server = await startLabServer({ lab, pageFolder: folder, port: 0 })
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: string
}

function get(path: string, options: { host?: string; method?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { Host: options.host ?? `127.0.0.1:${server.port}` }
    const call = request(
      { host: '127.0.0.1', port: server.port, path, method: options.method ?? 'GET', headers },
      (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    call.on('error', reject)
    call.end()
  })
}

/** 'open', or the status that refused it. */
function connect(path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', () => undefined)
  })
}

describe('the page', () => {
  it('is served with a strict content security policy', async () => {
    const { status, headers, body } = await get('/?token=whatever')
    expect({ status, body }).toEqual({ status: 200, body: '<!doctype html><title>Basin</title>' })
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/secret.txt',
    '/assets/../../secret.txt',
    '/assets',
    '/nothing.js',
  ])('answers 404 for %s', async (path) => expect((await get(path)).status).toBe(404))

  it('answers only for a loopback name, whatever a DNS server says', async () => {
    expect((await get('/', { host: 'evil.example:80' })).status).toBe(421)
    expect((await get('/', { host: `127.0.0.1.evil.example:${server.port}` })).status).toBe(421)
    expect((await get('/', { host: `localhost:${server.port}` })).status).toBe(200)
  })

  it('takes no other method than GET and HEAD', async () => {
    expect((await get('/', { method: 'POST' })).status).toBe(405)
    expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })
})

describe('the connection to the lab', () => {
  const token = () => new URL(server.url).searchParams.get('token')!
  const origin = () => `http://127.0.0.1:${server.port}`

  it('opens for the page with its token', async () => {
    expect(await connect(`/lab?token=${token()}`, { Origin: origin() })).toBe('open')
  })

  it('is refused without the token, with another, or with half of it', async () => {
    for (const given of ['', 'x'.repeat(32), token().slice(0, 16)])
      expect(await connect(`/lab?token=${given}`, { Origin: origin() })).toBe('401')
  })

  it('is refused to pages of other origins and to those that name none', async () => {
    expect(await connect(`/lab?token=${token()}`, { Origin: 'http://evil.example' })).toBe('403')
    expect(await connect(`/lab?token=${token()}`, {})).toBe('403')
  })

  it('is refused under another host name', async () => {
    const headers = { Host: 'evil.example', Origin: 'http://evil.example' }
    expect(await connect(`/lab?token=${token()}`, headers)).toBe('421')
  })

  it('is at one address only', async () => {
    expect(await connect(`/other?token=${token()}`, { Origin: origin() })).toBe('404')
  })

  it('has another token after each start', async () => {
    const lab = { onEvent: () => () => undefined } as unknown as ServableLab
    const other = await startLabServer({ lab, pageFolder: folder, port: 0 })
    expect(new URL(other.url).searchParams.get('token')).not.toBe(token())
    await other.close()
  })
})
