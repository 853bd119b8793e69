/** Images as bytes, as they are on disk or drawn, before a run takes its share as floats. */

/** N images and their classes. */
export interface RawSplit {
  count: number
  /** [N, channels, height, width], 0 to 255. */
  pixels: Uint8Array
  /** [N] */
  labels: Uint8Array
}

export interface RawDataset {
  training: RawSplit
  test: RawSplit
}
