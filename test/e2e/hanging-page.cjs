/**
 * Required into the app before its own code, in place of Playwright: Chromium does not count a page as hanging while a debugger looks at it.
 * Hangs the page once it is there, acts as a person who clicks and then chooses the first button, and says what happened, a line each.
 */
const { app, dialog } = require('electron')

const say = (what) => process.stdout.write(`heard: ${what}\n`)

dialog.showMessageBox = async (_window, { message, buttons }) => {
  say(`${message} [${buttons.join(', ')}]`)
  return { response: 0 }
}

app.once('browser-window-created', (_event, window) => {
  const { webContents } = window
  webContents.once('did-finish-load', () => {
    setTimeout(() => {
      webContents.executeJavaScript('for (;;);').catch(() => undefined)
      const click = { x: 200, y: 200, button: 'left', clickCount: 1 }
      const clicking = setInterval(() => {
        webContents.sendInputEvent({ type: 'mouseDown', ...click })
        webContents.sendInputEvent({ type: 'mouseUp', ...click })
      }, 500)
      webContents.once('did-finish-load', () => {
        clearInterval(clicking)
        const tell = async () =>
          say((await webContents.executeJavaScript('document.body.innerText')).replace(/\s+/g, ' '))
        setInterval(() => void tell(), 500)
      })
    }, 1000)
  })
})
