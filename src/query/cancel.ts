import pg from 'pg'

/** What is needed of a client to cancel what it runs. The driver does not declare it. */
interface CancelKey {
  readonly processID: number | null
  readonly secretKey: number | null
}

interface CancelConnection extends pg.Connection {
  connect(port: number, host: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}

/**
 * Asks the server, or the pooler in front of it, to cancel what a client runs: on a connection of its own, encrypted where the
 * client's is, as the protocol has it. Resolves when the other side has closed it, or after `patience` milliseconds.
 * Never rejects: whether the statement has ended shows on the client alone.
 */
export function cancel(client: pg.Client, patience: number): Promise<void> {
  const { processID, secretKey } = client as unknown as CancelKey
  if (processID === null || secretKey === null) return Promise.resolve()
  const connection = new pg.Connection({ ssl: client.ssl } as pg.ConnectionConfig) as CancelConnection
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      connection.stream.destroy()
      resolve()
    }
    const timer = setTimeout(end, patience)
    const send = () => connection.cancel(processID, secretKey)
    connection.on('connect', () => (client.ssl ? connection.requestSsl() : send()))
    connection.on('sslconnect', send)
    connection.on('error', end)
    connection.on('end', end)
    connection.connect(client.port, client.host)
  })
}
