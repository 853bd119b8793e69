/** Paths of the icons, drawn for Basin: 16 by 16, to be stroked. */
export const iconPaths = {
  home: 'M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5',
  running: 'M2 8h2.5l2-5 3 10 2-5H14',
  runs: 'M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5',
  data: 'M3 4c0-2.3 10-2.3 10 0v8c0 2.3-10 2.3-10 0zM3 4c0 2.3 10 2.3 10 0M3 8c0 2.3 10 2.3 10 0',
  settings: 'M2 5h7M13 5h1M2 11h1M7 11h7M9 5a2 2 0 1 0 4 0 2 2 0 1 0-4 0M3 11a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
  search: 'M3 7a4 4 0 1 0 8 0 4 4 0 1 0-8 0M10 10l3.5 3.5',
  plus: 'M8 3v10M3 8h10',
  up: 'M8 13V4M4.5 7 8 3.5 11.5 7',
  down: 'M8 3v9M4.5 9 8 12.5 11.5 9',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  remove: 'M4 4l8 8M12 4l-8 8',
  trash: 'M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13h6l.5-8.5',
  layers: 'M8 2.5 14 6l-6 3.5L2 6zM2.5 9.5 8 12.7l5.5-3.2',
  chevron: 'M4 6l4 4 4-4',
  open: 'M6 3l5 5-5 5',
  balance: 'M8 3v10M5 13h6M3 5h10M3 5 1.5 9h3zM13 5l-1.5 4h3z',
  download: 'M8 2.5v7M5 7l3 3 3-3M3 13h10',
  import: 'M2.5 4h4l1.5 2h5.5v7h-11zM8 8v3.5M6.3 9.8 8 11.5l1.7-1.7',
  preset: 'M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z',
} as const
export type IconName = keyof typeof iconPaths
