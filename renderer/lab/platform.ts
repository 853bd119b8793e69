/** Where the page runs, for the names of keys and what only a desktop can do. */
export const desktop = globalThis.basin

export const isMac = desktop ? desktop.versions.platform === 'darwin' : /Mac|iPhone|iPad/.test(navigator.userAgent)
