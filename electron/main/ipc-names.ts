/** The channels between preload and main process, named once. */
export const ipcNames = {
  toLab: 'basin:to-lab',
  fromLab: 'basin:from-lab',
  chooseFiles: 'basin:choose-files',
  takeNotice: 'basin:take-notice',
} as const

/** How the main process tells the preload its version. */
export const versionArgument = '--basin-version='

/** The only address the window shows. */
export const pageAddress = 'app://basin/'

/** Whether this is the page, and not only something that begins alike. */
export function isPageAddress(url: string | undefined): boolean {
  return url !== undefined && url.startsWith(pageAddress)
}
