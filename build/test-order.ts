/**
 * Which test files begin first: those that take long, so that none of them is alone at the end while the other cores wait. A clean clone
 * has no times of its own to go by. What is not named here comes after, in vitest's own order.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** By their paths' ends, longest first. */
export const longestFirst = [
  'test/electron/cli/optimization-presets.test.ts',
  'test/electron/cli/generalization-presets.test.ts',
  'test/e2e/electron.test.ts',
  'test/storm/storm.test.ts',
  'test/native/core.test.ts',
  'test/e2e/browser.test.ts',
  'test/electron/lab/going-on.test.ts',
  'test/electron/lab/filled-disk.test.ts',
  'test/build/launch.test.ts',
  'test/e2e/task-wizard.test.ts',
  'test/e2e/wizard.test.ts',
  'test/electron/cli/crash.test.ts',
  'test/electron/server/memory.test.ts',
  'test/electron/lab/scale.test.ts',
]

const place = (file: string) => {
  const found = longestFirst.findIndex((end) => file.endsWith(end))
  return found < 0 ? longestFirst.length : found
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files)
    return usual.sort((a, b) => place(a.moduleId) - place(b.moduleId))
  }
}
