/** Where a database is and who enters it; what `pg` takes as its configuration. The password is a secret. */
export interface Connection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}
