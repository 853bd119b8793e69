import { expect, it } from 'vitest'
import { fieldNote, pointNote } from '../../../shared/figures/point-notes'
import { madeField, madeFigure, madeGrid, madePoints, madeScatter, madeSpace, madeWay } from '../../support/made-figure'

it('a point says its notes, line by line, as they are', () => {
  const notes = ['training: 3\nloss: <b>1e-5</b>\nreached the target', '']
  const figure = madeScatter([{ key: 'a', name: 'Newton', color: 2, x: [1, 2], y: [3, 4], notes }])
  expect(pointNote(figure, 'a', 0)).toEqual({
    title: 'Newton',
    color: 2,
    rows: [
      { name: 'training', value: '3' },
      // Text, not markup: the page shows it with its brackets.
      { name: 'loss', value: '<b>1e-5</b>' },
      { name: '', value: 'reached the target' },
    ],
  })
  expect(pointNote(figure, 'a', 1)!.rows).toEqual([
    { name: 'minimal ratio', value: '2' },
    { name: 'loss', value: '4' },
  ])
})

it('without notes a point says where it is and what it is coloured by', () => {
  const color = { label: 'accuracy', scale: 'linear' } as const
  const space = madeSpace({ color, paths: [madeWay([0.5], { x: [1], y: [2], values: [97.25] })] })
  expect(pointNote(space, 'A', 0)!.rows.map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'first direction: 1',
    'second direction: 2',
    'loss: 0.5',
    'accuracy: 97.25',
  ])
})

it('a point that is gone, and a line, say nothing', () => {
  const figure = madeField(
    madeGrid(3, () => 1),
    { paths: [madePoints({ x: [0], y: [0] })] },
  )
  expect(pointNote(figure, 'A', 0)).toBeDefined()
  expect(pointNote(figure, 'A', 1)).toBeUndefined()
  expect(pointNote(figure, 'B', 0)).toBeUndefined()
  expect(pointNote(madeFigure([{ y: [1] }]), 'A', 0)).toBeUndefined()
})

it('a place of a field says its value first', () => {
  const figure = madeField(madeGrid(3, () => 1))
  expect(fieldNote(figure, { x: 1 / 3, y: 0.1 + 0.2, value: 2.0000001 })!.rows).toEqual([
    { name: 'loss', value: '2' },
    { name: 'first direction', value: '0.3333' },
    { name: 'second direction', value: '0.3' },
  ])
  expect(fieldNote(madeFigure([]), { x: 0, y: 0, value: 0 })).toBeUndefined()
})
