/**
 * `npm run storm`: a lab in bad weather, for minutes or hours. Processes are killed at random moments, the disk fills and empties, reads
 * fail, clocks jump, callers are hostile; after each life everything recorded must be what an undisturbed lab records, to the bit.
 * Options: --minutes N (2), --seed N (of the clock), --lives N (as many as fit). Prints counts; exit code 1 where something was wrong.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Counts } from './counts'
import { Machine } from './faults'
import { answered, connect, LabLife } from './lab-life'
import { readHome, type ExperimentRecord } from './records'
import { Storm } from './storm'
import { templates } from './templates'

const say = (text: string) => process.stdout.write(`${text}\n`)

/** Between two quiet lives; after as many of those everything is deleted, so that the disk lasts. */
const livesBetween = 8
const quietLivesBetween = 3

async function undisturbed(folder: string): Promise<Map<string, ExperimentRecord>> {
  const home = join(folder, 'undisturbed')
  const life = new LabLife(home, {})
  const url = await life.url()
  if (!url) throw new Error(`The lab does not open: ${life.errors}`)
  const { lab, socket } = await connect(url)
  for (const { kind, name, spec } of templates) await lab.startExperiment({ kind, spec, name: `${name} undisturbed` })
  const isDone = async () => {
    const { running, queued, analyses } = await answered(lab.about({}))
    return running + queued + analyses === 0
  }
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 500))
  await life.close()
  socket.terminate()
  const records = await readHome(home)
  return new Map(records.map((record) => [record.detail.experiment.name.split(' ')[0]!, record]))
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string' }, lives: { type: 'string' } },
  })
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  const lives = Number(values.lives ?? Infinity)
  const minutes = Number(values.minutes)
  if (![seed, minutes].every((value) => Number.isFinite(value) && value >= 0) || Number.isNaN(lives)) {
    say('--minutes, --seed and --lives are numbers')
    return 2
  }
  const folder = mkdtempSync(join(tmpdir(), 'basin-storm-'))
  const machine = new Machine(folder, process.env.BASIN_STORM_SOURCES!)
  const counts = new Counts()
  say(`storm ${seed}: ${minutes} minutes`)
  for (const what of machine.missing) say(`left out, as this machine lacks what it needs: ${what}`)
  try {
    const expected = await undisturbed(folder)
    const storm = new Storm({ seed, machine, counts, expected, say })
    const end = performance.now() + 60_000 * minutes
    for (let life = 1; life <= lives && performance.now() < end; life++) {
      await storm.disturbedLife()
      if (life % livesBetween === 0) await storm.quietLife()
      if (life % (livesBetween * quietLivesBetween) === 0) await storm.startAfresh()
      if (life % 10 === 0) say(`${life} lives, ${storm.problems.length} problems`)
    }
    await storm.quietLife()
    say(`\nstorm ${seed}\n${counts.text()}\n  problems: ${storm.problems.length}`)
    for (const problem of new Set(storm.problems)) say(`    ${problem}`)
    if (storm.problems.length === 0) return 0
    const kept = mkdtempSync(join(tmpdir(), 'basin-storm-home-'))
    cpSync(machine.home, kept, { recursive: true })
    say(`  its home is kept in ${kept}`)
    return 1
  } finally {
    machine.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

void main().then((code) => process.exit(code))
