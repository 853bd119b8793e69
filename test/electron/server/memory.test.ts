/** A real `basin serve` with a million points: what its processes hold stays bounded whatever a client asks, reads or leaves unread. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { mostAnswerBytes } from '../../../shared/api/answer-size'
import { Store } from '../../../electron/store/store'
import { BasinHome, lineOf } from '../../support/basin-process'
import { batch, newExperiment, runId } from '../store/fixtures'
import { answersAGoodClient, openClient, type ServedLab } from './small-server'

/** What it says of itself in /proc is the most it ever held, so no moment is missed and nothing depends on when garbage is collected. */
const canMeasure = process.platform === 'linux'

/** Twenty-five answers are 400 MB, in each of two processes; one or two of them in several copies are far from it. */
const questions = 25
const mostGrowthBytes = 300e6

let home: BasinHome
let served: ServedLab
let pids: number[]

const peak = (pid: number) => 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])

const runIds = [runId(1)]
/** All of one answer. */
const question = { runIds, names: ['batchLoss' as const] }

/** What the processes grew by at most since then. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = pids.map(peak)
  await work()
  return Math.max(...pids.map((pid, i) => peak(pid) - before[i]!))
}

beforeAll(async () => {
  if (!canMeasure) return
  home = new BasinHome()
  const store = new Store()
  await store.open({ home: home.path, mode: 'write' })
  await store.createExperiment(newExperiment(1))
  const points = mostAnswerBytes / 16
  const values = Float32Array.from({ length: points }, (_, i) => i)
  await store.append(batch(runIds[0]!, points, [{ name: 'batchLoss', firstStep: 1, values }]))
  await store.updateRun({ runId: runIds[0]!, status: 'finished', endedAt: 1 })
  await store.close()
  const server = home.start(['serve'])
  const [, origin, search] = await lineOf(server, /(http:\/\/127\.0\.0\.1:\d+)\/(\?token=\S+)/)
  served = { origin: origin!, labPath: `/lab${search}` }
  const { lab, socket } = await openClient(served)
  await lab.readSeries(question)
  socket.terminate()
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const storeProcess = new RegExp(`^\\s*(\\d+)\\s+${server.pid!}\\s.*store\\.cjs`, 'm').exec(table)
  pids = [server.pid!, Number(storeProcess![1])]
})

afterAll(() => home?.remove())

/** Stops taking anything from the connection, without a word to the other end. */
const stopReading = (socket: WebSocket) => socket.pause()

describe.skipIf(!canMeasure)('what a server holds for its clients', () => {
  it('is bounded when many answers are asked for at once, and all of them come', async () => {
    const { lab, socket } = await openClient(served)
    const grown = await growth(async () => {
      const answers = Array.from({ length: questions }, async () => (await lab.readSeries(question))[0]!.data.count)
      expect(new Set(await Promise.all(answers))).toEqual(new Set([mostAnswerBytes / 16]))
    })
    socket.terminate()
    expect(grown).toBeLessThan(mostGrowthBytes)
  }, 120_000)

  it('is bounded when clients never read, and when they leave', async () => {
    const grown = await growth(async () => {
      const clients = await Promise.all(Array.from({ length: 3 }, () => openClient(served)))
      for (const { socket, lab } of clients) {
        stopReading(socket)
        for (let i = 0; i < questions; i++) void lab.readSeries(question).catch(() => undefined)
      }
      // Each of these waits its turn among the others.
      for (let i = 0; i < 3; i++) await answersAGoodClient(served)
      const { lab, socket } = await openClient(served)
      for (let i = 0; i < 5; i++) await lab.readSeries(question)
      for (const client of [...clients, { socket }]) client.socket.terminate()
      await answersAGoodClient(served)
    })
    expect(grown).toBeLessThan(mostGrowthBytes)
  }, 120_000)

  it('is nothing for one run that is named three hundred times', async () => {
    const { lab, socket } = await openClient(served)
    const names = new Array<(typeof runIds)[0]>(300).fill(runIds[0]!)
    const grown = await growth(async () => {
      await expect(lab.readSeries({ ...question, runIds: names })).rejects.toMatchObject({ code: 'argument/invalid' })
    })
    socket.terminate()
    expect(grown).toBeLessThan(mostGrowthBytes)
  })
})
