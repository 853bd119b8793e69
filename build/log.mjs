/** How the set-up speaks: one line a step on standard error, so that standard output stays the command's own. */
export function say(text) {
  process.stderr.write(`basin: ${text}\n`)
}

/** Says what is being done, does it, says how long it took. */
export async function step(text, work) {
  const from = performance.now()
  process.stderr.write(`basin: ${text} … `)
  try {
    const result = await work()
    process.stderr.write(`${((performance.now() - from) / 1000).toFixed(1)} s\n`)
    return result
  } catch (error) {
    process.stderr.write('failed\n')
    throw error
  }
}
