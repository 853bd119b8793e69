import { describe, expect, it } from 'vitest'
import { runActions } from '../../../renderer/text/run-actions'
import { runStatuses, type RunStatus } from '../../../shared/api/records'
import { runIdOf } from '../fixtures'

const run = (index: number, status: RunStatus) => ({ runId: runIdOf(index), status })

describe('what can be done to runs', () => {
  it('is what their status allows', () => {
    const offered = runStatuses.map((status) => [status, runActions([run(0, status)]).map(({ label }) => label)])
    expect(Object.fromEntries(offered)).toEqual({
      queued: ['Pause', 'Train next', 'Train last', 'Cancel'],
      running: ['Pause', 'Cancel'],
      paused: ['Go on', 'Cancel'],
      finished: [],
      stopped: ['Start again'],
      diverged: [],
      failed: ['Start again'],
      interrupted: ['Go on where it was cut off', 'Start from the beginning'],
    })
  })

  it('says of several runs how many it is for', () => {
    const actions = runActions([run(0, 'finished'), run(1, 'running'), run(2, 'queued'), run(3, 'failed')])
    expect(actions.map(({ label, runIds }) => [label, runIds])).toEqual([
      ['Pause (2 of 4)', [runIdOf(1), runIdOf(2)]],
      ['Train next (1 of 4)', [runIdOf(2)]],
      ['Train last (1 of 4)', [runIdOf(2)]],
      ['Cancel (2 of 4)', [runIdOf(1), runIdOf(2)]],
      ['Start again (1 of 4)', [runIdOf(3)]],
    ])
    expect(runActions([run(0, 'queued'), run(1, 'queued')])[0]!.label).toBe('Pause')
  })
})
