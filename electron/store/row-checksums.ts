/**
 * Checksums of whole rows in the tables of which lists and figures take names, settings and numbers as they are. Triggers of the
 * writing connection keep them, so no statement can forget them; they are compared when a database is checked.
 */
import type { Database } from 'better-sqlite3'
import { crc32 } from 'node:zlib'

export const sealedTables = ['experiments', 'runs', 'series', 'analyses'] as const
type SealedTable = (typeof sealedTables)[number]
type Value = string | number | null

/** Its own checksum, and what has one of its own. */
const leftOut = new Set(['rowChecksum', 'result'])

function columnsOf(database: Database, table: SealedTable): string[] {
  const columns = database.pragma(`table_info(${table})`) as { name: string }[]
  return columns.some(({ name }) => name === 'rowChecksum')
    ? columns.map(({ name }) => name).filter((name) => !leftOut.has(name))
    : []
}

/** Absent values do not count: a column that a later Basin adds changes nothing until it is used. */
function rowChecksum(columns: readonly string[], values: readonly Value[]): number {
  let text = ''
  columns.forEach((column, i) => {
    if (values[i] !== null) text += `${column}=${values[i]}\0`
  })
  return crc32(text)
}

/** From now on whatever is written over this connection has its checksum. */
export function keepRowChecksums(database: Database): void {
  for (const table of sealedTables) {
    const columns = columnsOf(database, table)
    if (columns.length === 0) continue
    database.function(`${table}Checksum`, { deterministic: true, varargs: true }, (...values) =>
      rowChecksum(columns, values as Value[]),
    )
    const update = `UPDATE ${table} SET rowChecksum = ${table}Checksum(${columns.map((name) => `NEW.${name}`).join(', ')})
      WHERE rowid = NEW.rowid`
    database.exec(`
      CREATE TEMP TRIGGER ${table}Inserted AFTER INSERT ON main.${table} BEGIN ${update}; END;
      CREATE TEMP TRIGGER ${table}Updated AFTER UPDATE OF ${columns.join(', ')} ON main.${table} BEGIN ${update}; END;`)
  }
}

/** Makes the checksums of all rows anew, where the tables have any: after a migration. */
export function sealRows(database: Database): void {
  for (const table of sealedTables) {
    const columns = columnsOf(database, table)
    if (columns.length === 0) continue
    const update = database.prepare<[number, number]>(`UPDATE ${table} SET rowChecksum = ? WHERE rowid = ?`)
    const rows = database
      .prepare<[], Value[]>(`SELECT ${columns.join(', ')}, rowid FROM ${table}`)
      .raw()
      .all()
    for (const values of rows) update.run(rowChecksum(columns, values), values.at(-1) as number)
  }
}

/** @returns rowids of rows that are not what was stored; `rows` counts those looked at. */
export function wrongRows(database: Database, table: SealedTable): { wrong: number[]; rows: number } {
  const columns = columnsOf(database, table)
  const wrong: number[] = []
  let rows = 0
  const query = `SELECT ${[...columns, columns.length > 0 ? 'rowChecksum' : 'NULL', 'rowid'].join(', ')} FROM ${table} NOT INDEXED`
  for (const values of database.prepare<[], Value[]>(query).raw().iterate()) {
    rows++
    const stored = values[columns.length]
    if (stored !== null && stored !== rowChecksum(columns, values)) wrong.push(values.at(-1) as number)
  }
  return { wrong, rows }
}
