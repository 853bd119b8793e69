/** Which file of the page an address names. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fileAt, type StaticFile } from '../../../electron/server/static-files'

const index: StaticFile = { type: 'text/html', body: Buffer.from('the page') }
const files = new Map([['/', index]])

afterEach(() => vi.unstubAllGlobals())

describe('fileAt', () => {
  it.each(['//', 'app://', 'app://basin:port/', 'app://elsewhere/', 'app://basin/none', ''])(
    'has none for %j',
    (address) => {
      expect(fileAt(files, 'basin', address)).toBeUndefined()
    },
  )

  it('needs nothing that Node 16 in Electron 22 lacks', () => {
    class OlderUrl extends URL {
      static override canParse = undefined as never
      static override parse = undefined as never
    }
    vi.stubGlobal('URL', OlderUrl)
    expect(fileAt(files, 'basin', 'app://basin/')).toBe(index)
    expect(fileAt(files, 'basin', '//')).toBeUndefined()
  })
})
