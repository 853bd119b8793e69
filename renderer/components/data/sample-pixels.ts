/** Images of a data set as one picture: rows of `columns` images, for a canvas. No DOM. */
import type { DatasetSample } from '../../../shared/api/lab-api'

export interface SamplePicture {
  width: number
  height: number
  /** RGBA, row by row. */
  pixels: Uint8ClampedArray<ArrayBuffer>
}

/** Room between images, in pixels of the images; transparent. */
const gap = 2

/** Grey images ([1, height, width]) and colour ones (three planes, [3, height, width]). */
export function samplePicture({ shape, pixels }: DatasetSample, columns: number): SamplePicture {
  const [count, channels, height, width] = shape
  const used = Math.max(1, Math.min(columns, count))
  const rows = Math.ceil(count / used)
  const pictureWidth = used * (width + gap) - gap
  const pictureHeight = Math.max(1, rows * (height + gap) - gap)
  const picture = new Uint8ClampedArray(pictureWidth * pictureHeight * 4)
  const planeOf = (image: number, channel: number) =>
    (image * channels + Math.min(channel, channels - 1)) * height * width
  for (let image = 0; image < count; image++) {
    const left = (image % used) * (width + gap)
    const top = Math.floor(image / used) * (height + gap)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const to = ((top + y) * pictureWidth + left + x) * 4
        for (let channel = 0; channel < 3; channel++)
          picture[to + channel] = pixels[planeOf(image, channel) + y * width + x]!
        picture[to + 3] = 255
      }
  }
  return { width: pictureWidth, height: pictureHeight, pixels: picture }
}
