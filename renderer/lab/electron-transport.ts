/** The lab in the main process of this desktop app, through the preload script. Open for as long as the window is. */
import { decode, encode } from '../../shared/api/codec'
import type { DesktopApi } from '../../shared/api/desktop-api'
import type { Transport } from './transport'

export function openElectronTransport(desktop: DesktopApi): Transport {
  const closers: (() => void)[] = []
  let open = true
  return {
    send(message) {
      if (!open) throw new Error('The connection to the lab is closed')
      desktop.sendToLab(encode(message))
    },
    onMessage: (listener) => void closers.push(desktop.onLabMessage((bytes) => open && listener(decode(bytes)))),
    onClose: (listener) => void closers.push(listener),
    close() {
      if (!open) return
      open = false
      closers.forEach((closer) => closer())
    },
  }
}
