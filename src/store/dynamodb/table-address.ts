/** Where a table is. */
export interface TableAddress {
  readonly table: string
  readonly region: string
  /** Instead of the region's own; an emulator, or an endpoint of a private network. */
  readonly endpoint?: string
}

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}
