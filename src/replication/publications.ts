/** The two publications: what updates and deletes come of needs the whole old row, and what is only inserted does not. */
export interface PublicationNames {
  readonly changes: string
  readonly inserts: string
}

export const publicationNames: PublicationNames = Object.freeze({ changes: 'millrace', inserts: 'millrace_inserts' })

export interface PublicationActions {
  readonly insert: boolean
  readonly update: boolean
  readonly delete: boolean
  readonly truncate: boolean
}

/** What each publication says of its tables. A TRUNCATE needs no old row. */
export const actionsOf = {
  changes: { insert: true, update: true, delete: true, truncate: true },
  inserts: { insert: true, update: false, delete: false, truncate: true },
} as const satisfies Record<keyof PublicationNames, PublicationActions>
