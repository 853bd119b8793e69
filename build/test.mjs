/**
 * `npm test`: sets up, checks types, lint and format, then runs all tests. Ends with the line 'N passed, N failed, N skipped'.
 * Words after the dashes go to vitest: `npm test -- test/shared`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { say } from './log.mjs'
import { nodePath, root, setUpOrExit } from './setup.mjs'

await setUpOrExit()

const chosen = process.argv.slice(2)
const bin = (name) => join(root, 'node_modules', name)

function runNode(script, args, env = {}) {
  return (
    spawnSync(nodePath, [script, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1
  )
}

/** Only when everything is asked for; a single test file should be quick. Side by side: each works on one core alone. */
async function check() {
  say('checking types, lint and format')
  const checks = [
    ['types', join(root, 'build/check-types.mjs')],
    ['lint', bin('eslint/bin/eslint.js'), '.'],
    ['format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  ]
  const failed = await Promise.all(checks.map(async ([name, ...words]) => ((await passes(words)) ? [] : [name])))
  return failed.flat()
}

/** What it has to say comes in one piece. */
function passes(words) {
  return new Promise((resolve) => {
    const child = spawn(nodePath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes))
    child.on('close', (code) => {
      process.stderr.write(Buffer.concat(said))
      resolve(code === 0)
    })
  })
}

const failedChecks = chosen.length === 0 ? await check() : []

const folder = mkdtempSync(join(tmpdir(), 'basin-tests-'))
const resultFile = join(folder, 'result.json')
say('running the tests')
runNode(bin('vitest/vitest.mjs'), [
  'run',
  '--config',
  'build/vitest.config.ts',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resultFile}`,
  ...chosen,
])

let result = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numFailedTestSuites: 0 }
try {
  result = JSON.parse(readFileSync(resultFile, 'utf8'))
} catch {
  say('vitest ended without a result')
}
rmSync(folder, { recursive: true, force: true })
// A file that fails before its first test counts as one failure.
const brokenFiles = (result.testResults ?? []).filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length
const failed = result.numFailedTests + brokenFiles + failedChecks.length
if (failedChecks.length > 0) say(`failed checks: ${failedChecks.join(', ')}`)
console.log(`${result.numPassedTests} passed, ${failed} failed, ${result.numPendingTests} skipped`)
process.exit(failed > 0 || result.numPassedTests === 0 ? 1 : 0)
