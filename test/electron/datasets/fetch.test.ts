import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { DatasetLibrary } from '../../../electron/datasets/library'
import type { DatasetSource } from '../../../electron/datasets/sources'
import type { DatasetState } from '../../../shared/api/lab-api'
import type { DatasetName } from '../../../shared/data/datasets'
import { openMirror, type Mirror, type MirrorOptions } from './mirror'
import { cifarFiles, contentOf, gzipped, mnistFiles, tarArchive, useTempFolders, writeFiles } from './fixtures'

const tempFolder = useTempFolders()
const mirrors: Mirror[] = []
afterEach(async () => {
  for (const mirror of mirrors.splice(0)) await mirror.close()
})

async function mirrorOf(options: MirrorOptions): Promise<Mirror> {
  const mirror = await openMirror(options)
  mirrors.push(mirror)
  return mirror
}

const content = mnistFiles()
const files = gzipped(content)
const imagesName = 'train-images-idx3-ubyte.gz'
const imagesBytes = files[imagesName]!.length
const totalBytes = Object.values(files).reduce((sum, { length }) => sum + length, 0)

function mnistSource(...urls: string[]): DatasetSource {
  const published = Object.entries(files).map(([name, bytes]) => {
    const hex = createHash('sha256').update(content[name.slice(0, -3)]!).digest('hex')
    return { name, bytes: bytes.length, checksum: { of: 'content', algorithm: 'sha256', hex } as const }
  })
  return { mirrors: urls, files: published }
}

function libraryFor(home: string, source: DatasetSource, onChange?: () => void, name: 'mnist' | 'cifar10' = 'mnist') {
  return new DatasetLibrary({ home, sources: { [name]: source }, onChange, retryDelayMs: 1 })
}

async function stateOf(library: DatasetLibrary, name: DatasetName = 'mnist'): Promise<DatasetState> {
  return (await library.list()).find(({ info }) => info.name === name)!
}

async function expectStored(home: string): Promise<void> {
  for (const [name, bytes] of Object.entries(content))
    expect(await readFile(join(home, 'datasets/mnist', name))).toEqual(bytes)
  const others = Object.keys(await contentOf(join(home, 'datasets'))).filter((path) => !path.startsWith('mnist'))
  expect(others.filter((path) => !path.startsWith('versions/'))).toEqual([])
}

/** Resolves when `holds` does, asked at each change of the library. */
function changeUntil(holds: () => Promise<boolean>): { onChange: () => void; reached: Promise<void> } {
  let onChange = () => {}
  const reached = new Promise<void>((resolve, reject) => {
    onChange = () => void holds().then((yes) => yes && resolve(), reject)
  })
  return { onChange: () => onChange(), reached }
}

describe('fetching a data set', () => {
  it('downloads, verifies and stores it, and does not do it twice', async () => {
    const home = tempFolder()
    const mirror = await mirrorOf({ files })
    const library = libraryFor(home, mnistSource(mirror.url))
    await Promise.all([library.fetch('mnist'), library.fetch('mnist')])
    await expectStored(home)
    expect(await stateOf(library)).toMatchObject({ state: 'partial', trainSize: 30, testSize: 12, problem: null })
    expect(mirror.requests).toEqual(Object.keys(files))
    const manifest = JSON.parse(await readFile(join(home, 'datasets/mnist/manifest.json'), 'utf8'))
    expect(manifest.source).toEqual(Object.keys(files).map((name) => mirror.url + name))
  })

  it('reads the archive of CIFAR-10', async () => {
    const home = tempFolder()
    const inArchive = Object.fromEntries(
      Object.entries(cifarFiles()).map(([name, bytes]) => [`cifar-10-batches-bin/${name}`, bytes]),
    )
    const archive = gzipSync(tarArchive(inArchive))
    const name = 'cifar-10-binary.tar.gz'
    const mirror = await mirrorOf({ files: { [name]: archive } })
    const hex = createHash('md5').update(archive).digest('hex')
    const published = [{ name, bytes: archive.length, checksum: { of: 'file', algorithm: 'md5', hex } as const }]
    const library = libraryFor(home, { mirrors: [mirror.url], files: published }, undefined, 'cifar10')
    await library.fetch('cifar10')
    expect(await stateOf(library, 'cifar10')).toMatchObject({ state: 'partial', trainSize: 12, testSize: 4 })
  })

  it('goes on where the connection was cut, as long as each attempt brings something', async () => {
    const home = tempFolder()
    const cutAfter = Math.ceil(imagesBytes / 6)
    const mirror = await mirrorOf({ files, cutAfter })
    await libraryFor(home, mnistSource(mirror.url)).fetch('mnist')
    await expectStored(home)
    const ofImages = mirror.requests.filter((request) => request.startsWith(imagesName))
    expect(ofImages.length).toBeGreaterThan(3)
    expect(ofImages[0]).toBe(imagesName)
    for (const request of ofImages.slice(1)) expect(request).toMatch(/ bytes=[1-9]\d*- "[0-9a-f]{32}"$/)
  })

  it('starts anew where the server does not know ranges', async () => {
    const home = tempFolder()
    const mirror = await mirrorOf({ files, cutAfter: 200, ranges: false })
    const library = libraryFor(home, mnistSource(mirror.url))
    await expect(library.fetch('mnist')).rejects.toMatchObject({ code: 'dataset/unreachable' })
    mirror.options.cutAfter = undefined
    await library.fetch('mnist')
    await expectStored(home)
  })

  it('takes the next mirror where one cannot be reached or is out of order', async () => {
    const home = tempFolder()
    const first = await mirrorOf({ files, status: 503 })
    const second = await mirrorOf({ files })
    await libraryFor(home, mnistSource('http://127.0.0.1:1/', first.url, second.url)).fetch('mnist')
    await expectStored(home)
    expect(first.requests).toEqual(Object.keys(files))
    expect(second.requests).toEqual(Object.keys(files))
  })

  it('keeps what arrived for the next time, even for another mirror that has no tags', async () => {
    const home = tempFolder()
    const failing = await mirrorOf({ files, cutAfter: 300, ranges: false })
    await expect(libraryFor(home, mnistSource(failing.url)).fetch('mnist')).rejects.toThrow('broke at byte 300 of')
    const other = await mirrorOf({ files, validators: false })
    await libraryFor(home, mnistSource(other.url)).fetch('mnist')
    await expectStored(home)
    expect(other.requests[0]).toBe(`${imagesName} bytes=300-`)
  })

  it('starts anew where the file has changed since', async () => {
    const home = tempFolder()
    const changed = { ...files, [imagesName]: Buffer.concat([files[imagesName]!.subarray(0, 400), Buffer.alloc(99)]) }
    const mirror = await mirrorOf({ files: changed, cutAfter: 400, ranges: false })
    await expect(libraryFor(home, mnistSource(mirror.url)).fetch('mnist')).rejects.toThrow('broke at byte 400 of 499')
    mirror.options = { files }
    await libraryFor(home, mnistSource(mirror.url)).fetch('mnist')
    await expectStored(home)
    expect(mirror.requests.filter((request) => request.startsWith(imagesName)).at(-1)).toMatch(/ bytes=400- "/)
  })

  it('does not join pieces of different files', async () => {
    const home = tempFolder()
    const strange = Buffer.alloc(imagesBytes, 1)
    const first = await mirrorOf({ files: { ...files, [imagesName]: strange }, stallAfter: 500 })
    const arrived = changeUntil(async () => (await stateOf(library)).fetchedBytes >= 500)
    const library = libraryFor(home, mnistSource(first.url), arrived.onChange)
    const canceled = expect(library.fetch('mnist')).rejects.toMatchObject({ code: 'dataset/canceled' })
    await arrived.reached
    await library.cancel('mnist')
    await canceled
    const second = await mirrorOf({ files })
    await libraryFor(home, mnistSource(second.url)).fetch('mnist')
    await expectStored(home)
    expect(second.requests.slice(0, 2)).toEqual([`${imagesName} bytes=500-`, imagesName])
  })

  it('names the mirrors and their reasons when none can be reached', async () => {
    const home = tempFolder()
    const gone = await mirrorOf({ files: {} })
    const busy = await mirrorOf({ files, status: 503 })
    const library = libraryFor(home, mnistSource(gone.url, 'http://127.0.0.1:1/', busy.url, 'http://example.com/'))
    const message = expect.stringMatching(
      /train-images-idx3-ubyte.gz could not be downloaded.*\/data\/\S+: HTTP 404; http:\/\/127.0.0.1:1\/\S+: .*ECONNREFUSED.*HTTP 503; .*example.com is not encrypted/,
    )
    await expect(library.fetch('mnist')).rejects.toMatchObject({ code: 'dataset/unreachable', message })
    expect(await stateOf(library)).toMatchObject({ state: 'missing', problem: message })
  })

  it('does not accept what is not the published file, and takes it from the next mirror', async () => {
    const home = tempFolder()
    const other = await mirrorOf({ files: gzipped(mnistFiles(31, 12)) })
    const page = await mirrorOf({ files: { [imagesName]: Buffer.from('<html>Please log in</html>') } })
    const library = libraryFor(home, mnistSource(other.url, page.url))
    await expect(library.fetch('mnist')).rejects.toMatchObject({
      code: 'dataset/damaged',
      message: expect.stringMatching(/its sha256 is [0-9a-f]{64}, published is/),
    })
    expect(await stateOf(library)).toMatchObject({ state: 'missing' })
    const good = await mirrorOf({ files })
    await libraryFor(home, mnistSource(other.url, page.url, good.url)).fetch('mnist')
    await expectStored(home)
  })

  it('follows redirects, but not to an unencrypted place elsewhere', async () => {
    const home = tempFolder()
    const target = await mirrorOf({ files })
    const mirror = await mirrorOf({ files, redirectTo: 'http://example.com/' })
    const library = libraryFor(home, mnistSource(mirror.url))
    await expect(library.fetch('mnist')).rejects.toThrow('http://example.com is not encrypted')
    mirror.options.redirectTo = target.url
    await library.fetch('mnist')
    await expectStored(home)
  })

  it('shows progress, can be canceled, and goes on from there', async () => {
    const home = tempFolder()
    const mirror = await mirrorOf({ files, stallAfter: 1000 })
    const seen: DatasetState[] = []
    const arrived = changeUntil(async () => {
      seen.push(await stateOf(library))
      return seen.at(-1)!.fetchedBytes >= 1000
    })
    const library = libraryFor(home, mnistSource(mirror.url), arrived.onChange)
    const canceled = expect(library.fetch('mnist')).rejects.toMatchObject({ code: 'dataset/canceled' })
    await arrived.reached
    expect(seen.at(-1)).toMatchObject({ state: 'fetching', fetchedBytes: 1000, totalBytes, problem: null })
    await library.cancel('mnist')
    await canceled
    expect(await stateOf(library)).toMatchObject({ state: 'missing', problem: null })
    mirror.options.stallAfter = undefined
    await library.fetch('mnist')
    await expectStored(home)
    expect(mirror.requests[1]).toMatch(/ bytes=1000- "/)
  })

  it('is canceled by a signal, at once where it already is', async () => {
    const mirror = await mirrorOf({ files, stallAfter: 10 })
    const abort = new AbortController()
    const library = libraryFor(tempFolder(), mnistSource(mirror.url))
    const canceled = expect(library.fetch('mnist', { signal: abort.signal })).rejects.toMatchObject({
      code: 'dataset/canceled',
    })
    abort.abort()
    await canceled
    await expect(library.fetch('mnist', { signal: abort.signal })).rejects.toMatchObject({ code: 'dataset/canceled' })
  })

  it('keeps a good copy when a newer download fails, and replaces a damaged one', async () => {
    const [home, from] = [tempFolder(), tempFolder()]
    const mirror = await mirrorOf({ files, status: 500 })
    const library = libraryFor(home, mnistSource(mirror.url))
    await library.import('mnist', await writeFiles(from, mnistFiles(5, 3)))
    const before = await contentOf(join(home, 'datasets/mnist'))
    await expect(library.fetch('mnist')).rejects.toMatchObject({ code: 'dataset/unreachable' })
    expect(await contentOf(join(home, 'datasets/mnist'))).toEqual(before)
    expect(await stateOf(library)).toMatchObject({
      state: 'partial',
      trainSize: 5,
      problem: expect.stringContaining('HTTP 500'),
    })
    mirror.options.status = undefined
    await library.fetch('mnist')
    await expectStored(home)
    expect(await stateOf(library)).toMatchObject({ problem: null, versions: [{ trainSize: 5, testSize: 3 }] })
  })

  it('does not blame the mirrors for what the disk refuses', async () => {
    const home = tempFolder()
    const mirror = await mirrorOf({ files })
    await mkdir(join(home, `datasets/.mnist-download/${imagesName}.part`), { recursive: true })
    await expect(libraryFor(home, mnistSource(mirror.url, mirror.url)).fetch('mnist')).rejects.toMatchObject({
      code: 'EISDIR',
    })
    expect(mirror.requests).toEqual([imagesName])
  })

  it('leaves a download alone that another process is at', async () => {
    const home = tempFolder()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      await writeFiles(join(home, 'datasets/.mnist-download'), { process: Buffer.from(String(other.pid)) })
      const mirror = await mirrorOf({ files })
      await expect(libraryFor(home, mnistSource(mirror.url)).fetch('mnist')).rejects.toMatchObject({ code: 'lab/busy' })
      expect(mirror.requests).toEqual([])
    } finally {
      other.kill()
    }
  })
})
