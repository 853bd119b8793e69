/** How the set-up speaks: one line a step on standard error, so that standard output stays the command's own. */
const start = performance.now()

export function say(text) {
  process.stderr.write(`basin: ${text}\n`)
}

/** Says what is being done, does it, says how long it took. */
export async function step(text, work) {
  const from = performance.now()
  process.stderr.write(`basin: ${text} … `)
  // A child that writes would end up behind the dots.
  try {
    const result = await work()
    process.stderr.write(`${((performance.now() - from) / 1000).toFixed(1)} s\n`)
    return result
  } catch (error) {
    process.stderr.write('failed\n')
    throw error
  }
}

export function elapsedSeconds() {
  return (performance.now() - start) / 1000
}
