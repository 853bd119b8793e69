import { describe, expect, it } from 'vitest'
import { experimentKindIds } from '../../../../shared/experiments/kind'
import { experimentKinds } from '../../../../shared/experiments/registry'
import { readDraft, specOf } from '../../../../renderer/pages/wizard/draft'
import { forgetDraft, loadDraft, saveDraft } from '../../../../renderer/pages/wizard/draft-storage'

function memoryStorage(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries))
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

describe('a draft', () => {
  it.each(experimentKindIds)('of any preset of %s is that preset again', (kind) => {
    for (const { spec } of experimentKinds[kind].presets) expect(specOf(readDraft(kind, spec)!)).toEqual(spec)
  })

  it('is a copy: editing it leaves the preset alone', () => {
    const { spec } = experimentKinds['simulate-function'].presets[0]
    const before = structuredClone(spec)
    readDraft('simulate-function', spec)!.models.pop()
    expect(spec).toEqual(before)
  })

  it.each([null, 7, {}, { models: 'none' }, { models: [] }])('is not made of %j', (value) => {
    expect(readDraft('simulate-function', value)).toBeNull()
  })

  it('of one kind is not read as another', () => {
    expect(readDraft('train-on-task', experimentKinds['simulate-function'].presets[0].spec)).toBeNull()
  })
})

describe('a stored draft', () => {
  const draft = () => readDraft('simulate-function', experimentKinds['simulate-function'].presets[0].spec)!

  it('comes back with what was typed wrong, its switch and its name', () => {
    const storage = memoryStorage()
    const typed = draft()
    typed.training.epochs = 'many'
    saveDraft(storage, 'simulate-function', { draft: typed, quick: true, name: 'Mine' })
    expect(loadDraft(storage, 'simulate-function')).toEqual({ draft: typed, quick: true, name: 'Mine' })
    expect(loadDraft(storage, 'train-on-task')).toBeNull()
  })

  it('is gone when it was forgotten', () => {
    const storage = memoryStorage()
    saveDraft(storage, 'simulate-function', { draft: draft(), quick: false, name: '' })
    forgetDraft(storage, 'simulate-function')
    expect(loadDraft(storage, 'simulate-function')).toBeNull()
  })

  it.each(['', '{', 'null', '7', '{"draft":{"models":[]}}', '{"draft":null}'])('that is %j counts as none', (text) => {
    expect(loadDraft(memoryStorage({ 'basin.draft.simulate-function': text }), 'simulate-function')).toBeNull()
  })

  it('that cannot be kept is no error', () => {
    const full = {
      ...memoryStorage(),
      setItem: () => {
        throw new Error('QuotaExceededError')
      },
    }
    expect(() => saveDraft(full, 'simulate-function', { draft: draft(), quick: false, name: '' })).not.toThrow()
  })
})
