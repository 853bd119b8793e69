/**
 * What a machine can do to a lab: a disk that fills and empties, reads that fail, clocks that jump. Each needs something of this machine;
 * what it lacks is left out and said.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'

/** Enough for a few experiments, and filled in a moment. */
const diskMegabytes = 192

const fakeTimeLibraries = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
)

export class Machine {
  /** On a disk of its own where there may be one. */
  readonly home: string
  readonly environment: Record<string, string> = {}
  /** In words, what this machine has not. */
  readonly missing: string[] = []
  readonly can = { fillDisk: false, failReads: false, jumpClock: false }
  readonly #disk: string
  readonly #filler: string
  readonly #readFaults: string
  readonly #clock: string

  /** @param folder for everything, emptied when the storm is over */
  constructor(folder: string, sources: string) {
    this.#disk = join(folder, 'disk')
    mkdirSync(this.#disk)
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'tmpfs', this.#disk])
    this.can.fillDisk = mount.status === 0
    if (!this.can.fillDisk) this.missing.push('disks that fill (mounting needs root)')
    this.home = join(this.#disk, 'home')
    this.#filler = join(this.#disk, 'filler')
    this.#readFaults = join(folder, 'read-faults')
    this.#clock = join(folder, 'clock')
    const preloaded = [this.#prepareReads(folder, sources), this.#prepareClock()].filter((library) => library !== null)
    if (preloaded.length > 0) this.environment.LD_PRELOAD = preloaded.join(' ')
  }

  #prepareReads(folder: string, sources: string): string | null {
    const library = join(folder, 'failing-reads.so')
    const compiled = spawnSync('cc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      library,
      join(sources, 'failing-reads.c'),
      '-ldl',
    ])
    if (compiled.status !== 0) {
      this.missing.push('reads that fail (a C compiler)')
      return null
    }
    this.can.failReads = true
    this.environment.STORM_READ_FAULTS = this.#readFaults
    return library
  }

  #prepareClock(): string | null {
    const library = fakeTimeLibraries.find((path) => existsSync(path))
    if (!library) {
      this.missing.push('clocks that jump (Debian: apt-get install faketime)')
      return null
    }
    this.can.jumpClock = true
    this.setClock(0)
    Object.assign(this.environment, {
      FAKETIME_TIMESTAMP_FILE: this.#clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    })
    return library
  }

  /** Leaves a few bytes, or none. @param leave kilobytes */
  fillDisk(leave: number): void {
    const free = freeBytes(this.#disk) - 1024 * leave
    const block = Buffer.alloc(1 << 20, 1)
    try {
      for (let written = 0; written < free; written += block.length) {
        appendFileSync(this.#filler, block.subarray(0, Math.min(block.length, free - written)))
      }
    } catch {
      // Full: the lab wrote meanwhile.
    }
  }

  emptyDisk(): void {
    rmSync(this.#filler, { force: true })
  }

  failReads(fail: boolean): void {
    if (fail) writeFileSync(this.#readFaults, '')
    else rmSync(this.#readFaults, { force: true })
  }

  /** @param seconds from the time that it is */
  setClock(seconds: number): void {
    writeFileSync(this.#clock, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  }

  /** A quiet day. */
  calm(): void {
    this.emptyDisk()
    this.failReads(false)
    if (this.can.jumpClock) this.setClock(0)
  }

  /** Unmounts its disk. */
  remove(): void {
    this.calm()
    if (this.can.fillDisk) execFileSync('umount', ['--lazy', this.#disk])
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
