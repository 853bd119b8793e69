/** Runs the bundled command line as a person does: a process, words, a home of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './requirements'

export const cliBundle = join(root, 'dist/electron/cli.cjs')

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export class BasinHome {
  readonly path = mkdtempSync(join(tmpdir(), 'basin-home-'))
  readonly #children = new Set<ChildProcess>()

  /** Starts a command and leaves it running. */
  start(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, [cliBundle, ...words], {
      // Two at a time on every machine, so that tests may count on it.
      env: { ...process.env, BASIN_HOME: this.path, BASIN_THREADS: '2', ...environment } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    return child
  }

  /** Runs a command to its end. */
  run(words: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
    return finished(this.start(words, environment))
  }

  async json<T>(words: readonly string[], environment: Record<string, string> = {}): Promise<T> {
    const { code, stdout, stderr } = await this.run([...words, '--json'], environment)
    if (code !== 0) throw new Error(`basin ${words.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as T
  }

  /** Ends what still runs and forgets the home. */
  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    // A worker of a killed process may still be closing its files.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Resolves with the first line of standard output that matches. */
export function lineOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = ''
  return new Promise((resolve, reject) => {
    child.stdout!.on('data', (data: Buffer) => {
      text += data.toString()
      const match = pattern.exec(text)
      if (match) resolve(match)
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said ${pattern}; it said: ${text}`)))
  })
}
