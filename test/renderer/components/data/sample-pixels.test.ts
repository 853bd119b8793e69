import { describe, expect, it } from 'vitest'
import { samplePicture } from '../../../../renderer/components/data/sample-pixels'

const labels = new Uint8Array(3)

describe('the picture of some images', () => {
  it('sets grey images side by side with transparent gaps', () => {
    const picture = samplePicture({ shape: [3, 1, 1, 1], pixels: Uint8Array.of(10, 20, 30), labels }, 2)
    expect([picture.width, picture.height]).toEqual([4, 4])
    const at = (x: number, y: number) => [...picture.pixels.slice((y * 4 + x) * 4, (y * 4 + x) * 4 + 4)]
    expect(at(0, 0)).toEqual([10, 10, 10, 255])
    expect(at(3, 0)).toEqual([20, 20, 20, 255])
    expect(at(0, 3)).toEqual([30, 30, 30, 255])
    expect(at(1, 0)).toEqual([0, 0, 0, 0])
    expect(at(3, 3)).toEqual([0, 0, 0, 0])
  })

  it('keeps the channels of colour images', () => {
    const { pixels } = samplePicture({ shape: [1, 3, 1, 2], pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), labels }, 10)
    expect([...pixels]).toEqual([1, 3, 5, 255, 2, 4, 6, 255])
  })
})
