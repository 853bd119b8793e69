/**
 * Lives of a lab, each with faults at random moments, each looked at afterwards: the file is whole, what had finished is unchanged, and
 * whatever is recorded is, to the bit, what an undisturbed lab records. Now and then a quiet life, in which everything has to come to its end.
 */
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { isLabError } from '../../shared/api/errors'
import type { ExperimentId, RunId } from '../../shared/api/ids'
import type { LabApi } from '../../shared/api/lab-api'
import { isEnded } from '../../shared/api/records'
import { RandomStream } from '../../shared/random'
import type { Counts } from './counts'
import type { Machine } from './faults'
import { hostilities } from './hostile'
import { answered, connect, LabLife, signal, sleep, type LabConnection, type LabProcess } from './lab-life'
import { databaseOf, differences, readHome, unfinished, type ExperimentRecord } from './records'
import { templateOf, templates } from './templates'

export interface StormOptions {
  seed: number
  machine: Machine
  counts: Counts
  /** By template, as an undisturbed lab recorded them. */
  expected: ReadonlyMap<string, ExperimentRecord>
  say(text: string): void
}

/** Of the key of random numbers: none of the product's purposes. */
const stormPurpose = 1000

interface Life {
  life: LabLife
  url: URL
  connection: LabConnection
}

export class Storm {
  readonly problems: string[] = []
  readonly #random: RandomStream
  /** Experiments that had finished, as they were when first seen so. */
  readonly #finished = new Map<ExperimentId, string>()
  readonly #deleted = new Set<ExperimentId>()
  #experiments = 0

  constructor(private readonly options: StormOptions) {
    this.#random = new RandomStream([options.seed, stormPurpose])
  }

  /** One life with faults, and what is left of it. */
  async disturbedLife(): Promise<void> {
    const { machine, counts } = this.options
    counts.add('lives')
    const life = await this.#open()
    if (life) {
      await this.#disturb(life).catch(async (error: unknown) => {
        this.#problem(`In a life: ${textOf(error)}. ${life.life.errors}`)
        // Or the next one would find the home in use.
        await life.life.cutPower().catch(() => undefined)
      })
      life.connection.socket.terminate()
    }
    machine.calm()
    await this.#look()
  }

  /** Nothing disturbs: all that is unfinished, and all that was stopped, comes to its end. */
  async quietLife(): Promise<void> {
    const { counts, machine } = this.options
    machine.calm()
    counts.add('quiet lives')
    const life = await this.#open()
    if (!life) return this.#problem('A lab on a quiet machine does not open.')
    try {
      await this.#finishAll(life.connection.lab)
      await life.life.close()
    } catch (error) {
      this.#problem(`In a quiet life: ${textOf(error)}. ${life.life.errors}`)
      await life.life.cutPower().catch(() => undefined)
    }
    life.connection.socket.terminate()
    for (const record of await this.#look()) {
      const { name } = record.detail.experiment
      for (const left of unfinished(record)) this.#problem(`After a quiet life, ${name}: ${left}`)
      for (const { label, status, error } of [...record.detail.runs, ...record.detail.analyses]) {
        if (status !== 'finished')
          this.#problem(`After a quiet life, ${name}, ${label}: ${status} ${JSON.stringify(error)}`)
      }
    }
  }

  /** Makes room: everything goes. */
  async startAfresh(): Promise<void> {
    const life = await this.#open()
    if (!life) return this.#problem('A lab on a quiet machine does not open.')
    const { lab, socket } = life.connection
    for (const { experimentId } of await lab.listExperiments({})) {
      await lab.deleteExperiment({ experimentId })
      this.#deleted.add(experimentId)
    }
    await life.life.close().catch((error: unknown) => this.#problem(textOf(error)))
    socket.terminate()
    const left = await readHome(this.options.machine.home)
    if (left.length > 0) this.#problem(`${left.length} deleted experiments are still there.`)
  }

  async #open(): Promise<Life | undefined> {
    const { machine, counts } = this.options
    for (let attempt = 0; attempt < 5; attempt++) {
      const life = new LabLife(machine.home, machine.environment)
      const url = await life.url()
      if (url) return { life, url, connection: await connect(url) }
      // The workers of the life before may have the home for a moment longer.
      counts.add('starts that were refused')
      if (attempt === 4) this.#problem(`A lab did not open: ${life.errors}`)
      await sleep(500)
    }
    return undefined
  }

  async #disturb(life: Life): Promise<void> {
    const { lab } = life.connection
    const starts = 1 + this.#random.below(2)
    for (let i = 0; i < starts; i++) await this.#start(lab)
    const end = performance.now() + 1500 + this.#random.below(6000)
    // Its store is spared: nothing else may keep a lab from going on by itself when the faults are over.
    const goesOn = this.#random.below(3) === 0
    while (performance.now() < end && !life.life.hasEnded) {
      await sleep(100 + this.#random.below(900))
      await this.#fault(life, goesOn)
    }
    if (goesOn && !life.life.hasEnded) await this.#goOn(life)
    else await this.#endLife(life.life)
  }

  async #start(lab: LabApi): Promise<void> {
    const { kind, name, spec } = templates[this.#random.below(templates.length)]!
    this.options.counts.add('experiments started')
    // A lab that dies meanwhile does not answer; its experiment is there or not, and known by its name.
    await answered(lab.startExperiment({ kind, spec, name: `${name} ${this.#experiments++}` })).catch(
      (error: unknown) => this.#refused('start', error),
    )
  }

  /** The faults are over, and nobody starts anything again: all that waits or trains comes to its end. */
  async #goOn({ life, connection: { lab } }: Life): Promise<void> {
    const { machine, counts } = this.options
    counts.add('ended: faults over, went on by itself')
    machine.calm()
    const end = performance.now() + 300_000
    // Until it has noticed that it can write again, it says so and resumes nothing.
    while ((await answered(lab.about({}))).storeProblem !== null && performance.now() < end) await sleep(100)
    for (const { experimentId } of await answered(lab.listExperiments({ limit: 20 }))) {
      await answered(lab.resumeExperiment({ experimentId })).catch((error: unknown) => {
        if (!isLabError(error, 'experiment/not-running')) throw error
      })
    }
    const isIdle = async () => {
      const { running, queued, analyses } = await answered(lab.about({}))
      return running + queued + analyses === 0
    }
    while (!(await isIdle())) {
      if (performance.now() > end)
        throw new Error('the faults are over for five minutes, and it has not come to its end')
      await sleep(300)
    }
    await life.close()
  }

  async #fault(life: Life, goesOn: boolean): Promise<void> {
    const { machine, counts } = this.options
    const choices: [string, boolean, () => Promise<void> | void][] = [
      ['processes killed', true, () => this.#kill(life.life, goesOn ? ['lab', 'store'] : ['lab'])],
      ['processes stopped for a moment', true, () => this.#suspend(life.life)],
      ['disks filled', machine.can.fillDisk, () => this.#fillDisk()],
      ['times that reads failed', machine.can.failReads, () => this.#failReads()],
      ['clock jumps', machine.can.jumpClock, () => machine.setClock(this.#random.below(200_000) - 100_000)],
      ['calls of a person', true, () => this.#call(life.connection.lab)],
      ['calls of a person', true, () => this.#call(life.connection.lab)],
      ['hostilities', true, () => this.#annoy(life)],
    ]
    const possible = choices.filter(([, can]) => can)
    const [what, , happen] = possible[this.#random.below(possible.length)]!
    counts.add(what)
    await happen()
  }

  #kill(life: LabLife, spared: readonly LabProcess['what'][]): void {
    const all = life.processes().filter(({ what }) => !spared.includes(what))
    const chosen = all[this.#random.below(all.length)]
    if (!chosen) return
    this.options.counts.add(`killed: ${chosen.what}`)
    signal(chosen.pid, 'SIGKILL')
  }

  async #suspend(life: LabLife): Promise<void> {
    const all = life.processes()
    const chosen = all[this.#random.below(all.length)]
    if (!chosen) return
    signal(chosen.pid, 'SIGSTOP')
    await sleep(this.#random.below(1500))
    signal(chosen.pid, 'SIGCONT')
  }

  async #fillDisk(): Promise<void> {
    const { machine } = this.options
    machine.fillDisk(this.#random.below(2) * this.#random.below(200))
    await sleep(this.#random.below(3000))
    // Or not before this life has ended.
    if (this.#random.below(4) > 0) machine.emptyDisk()
  }

  async #failReads(): Promise<void> {
    this.options.machine.failReads(true)
    await sleep(this.#random.below(1500))
    this.options.machine.failReads(false)
  }

  /** Anything that a person may do, to any of the newest experiments. */
  async #call(lab: LabApi): Promise<void> {
    try {
      const experiments = await answered(lab.listExperiments({ limit: 4 }))
      const chosen = experiments[this.#random.below(experiments.length)]
      if (!chosen) return
      const { experimentId } = chosen
      const { runs } = await answered(lab.getExperiment({ experimentId }))
      const runIds = runs.filter(() => this.#random.below(2) === 0).map(({ runId }) => runId)
      await this.#someCall(lab, experimentId, runIds.length > 0 ? runIds : runs.map(({ runId }) => runId))
    } catch (error) {
      this.#refused('listExperiments or getExperiment', error)
    }
  }

  async #someCall(lab: LabApi, experimentId: ExperimentId, runIds: RunId[]): Promise<void> {
    const calls: Record<string, () => Promise<unknown>> = {
      pauseExperiment: () => lab.pauseExperiment({ experimentId }),
      resumeExperiment: () => lab.resumeExperiment({ experimentId }),
      stopExperiment: () => lab.stopExperiment({ experimentId }),
      retryExperiment: () => lab.retryExperiment({ experimentId }),
      pauseRuns: () => lab.pauseRuns({ runIds }),
      resumeRuns: () => lab.resumeRuns({ runIds }),
      stopRuns: () => lab.stopRuns({ runIds }),
      retryRuns: () => lab.retryRuns({ runIds }),
      moveRuns: () => lab.moveRuns({ runIds, to: this.#random.below(2) === 0 ? 'front' : 'back' }),
      readSeries: () => lab.readSeries({ runIds, names: ['batchLoss', 'trainLoss'], buckets: 400 }),
      readPredictions: () => lab.readPredictions({ runIds }),
      'deleteExperiment and restoreExperiment': async () => {
        await lab.deleteExperiment({ experimentId })
        await lab.restoreExperiment({ experimentId })
      },
    }
    const names = Object.keys(calls)
    const name = names[this.#random.below(names.length)]!
    await answered(calls[name]!()).catch((error: unknown) => this.#refused(name, error))
  }

  /** A refusal is an answer; no answer is none, unless the lab died of a fault. */
  #refused(what: string, error: unknown): void {
    const text = textOf(error)
    this.options.counts.add(`refused: ${what}`)
    if (text.startsWith('no answer')) this.#problem(`${what}: ${text}`)
  }

  async #annoy({ url, life, connection }: Life): Promise<void> {
    const names = Object.keys(hostilities)
    const name = names[this.#random.below(names.length)]!
    const before = life.processes().length
    // A lab whose store has ended ends too, whoever is annoying.
    const isDisturbed = () => {
      const left = life.processes()
      return left.length < before || !left.some(({ what }) => what === 'store')
    }
    this.options.counts.add(`hostile: ${name}`)
    await hostilities[name]!(url, this.#random)
    if (isDisturbed()) return
    await answered(connection.lab.listQueue({})).catch(async (error: unknown) => {
      await sleep(1000)
      if (!isDisturbed()) this.#problem(`After ${name}: ${textOf(error)}. ${life.errors}`)
    })
  }

  async #endLife(life: LabLife): Promise<void> {
    const { counts } = this.options
    if (life.hasEnded) return counts.add('ended by itself')
    const how = this.#random.below(10)
    if (how < 5) {
      counts.add('ended: power cut')
      await life.cutPower()
    } else if (how < 7) {
      counts.add('ended: lab killed')
      await life.killLab()
    } else {
      counts.add('ended: closed')
      await life.close()
    }
  }

  async #finishAll(lab: LabApi): Promise<void> {
    const end = performance.now() + 300_000
    const asked = new Set<ExperimentId>()
    for (;;) {
      const experiments = await answered(lab.listExperiments({}))
      const details = await Promise.all(experiments.map(({ experimentId }) => lab.getExperiment({ experimentId })))
      const open = details.filter((detail) =>
        [...detail.runs, ...detail.analyses].some(({ status }) => status !== 'finished'),
      )
      if (open.length === 0) return
      for (const { experiment, runs, analyses } of open) {
        const { experimentId } = experiment
        const all = [...runs, ...analyses]
        if (all.some(({ status }) => status === 'paused'))
          await lab.resumeExperiment({ experimentId }).catch(() => undefined)
        if (asked.has(experimentId) || !all.every(({ status }) => isEnded(status))) continue
        asked.add(experimentId)
        this.options.counts.add('experiments started again')
        await lab.retryExperiment({ experimentId })
      }
      if (performance.now() > end) {
        const left = open.flatMap(({ experiment, runs, analyses }) =>
          [...runs, ...analyses].map(
            ({ label, status, error }) => `${experiment.name}, ${label}: ${status} ${JSON.stringify(error)}`,
          ),
        )
        throw new Error(`unfinished after five quiet minutes: ${left.join('; ')}`)
      }
      await sleep(500)
    }
  }

  /** What a life left. */
  async #look(): Promise<ExperimentRecord[]> {
    const { machine, counts, expected } = this.options
    const file = databaseOf(machine.home)
    if (!existsSync(file)) return []
    for (const problem of integrityOf(file)) this.#problem(`${file}: ${problem}`)
    const records = await readHome(machine.home)
    const seen = new Set(records.map(({ detail }) => detail.experiment.experimentId))
    for (const [experimentId, name] of this.#finished) {
      if (!seen.has(experimentId) && !this.#deleted.has(experimentId))
        this.#problem(`${name} (${experimentId}) had finished and is gone.`)
    }
    for (const record of records) {
      const { experimentId, name } = record.detail.experiment
      const template = templateOf(name)
      if (!template) {
        this.#problem(`${name} (${experimentId}) was never started.`)
        continue
      }
      for (const problem of differences(record, expected.get(template.name)!)) this.#problem(problem)
      for (const { series } of record.runs)
        for (const { values } of series.values()) counts.add('points compared', values.length)
      if ([...record.runs].every(({ status }) => status === 'finished')) this.#finished.set(experimentId, name)
    }
    return records
  }

  #problem(text: string): void {
    this.problems.push(text)
    this.options.say(`PROBLEM: ${text}`)
  }
}

function integrityOf(file: string): string[] {
  const database = new Database(file, { readonly: true })
  try {
    const rows = database.pragma('integrity_check') as { integrity_check: string }[]
    const broken = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
    const loose = (database.pragma('foreign_key_check') as unknown[]).length
    return loose > 0 ? [...broken, `${loose} rows without what they belong to`] : broken
  } finally {
    database.close()
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
