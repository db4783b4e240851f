import { Server } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import dynalite from 'dynalite'

/**
 * The emulator itself, in a thread of its own, so that what it does is not taken from the thread that asks it. Plain JavaScript: a
 * thread has none of what translates TypeScript. Told `stop`, `start` or `close`, it answers with what it was told once that is done.
 */
const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
// A connection that is idle is kept: the SDK would meet one that is closed just as it is used again.
server.keepAliveTimeout = 0

let port = workerData.port

const listen = () =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      port = server.address().port
      resolve()
    })
  })

/** What dynalite has made of `close` removes the tables, too. */
const close = () =>
  new Promise((resolve) => {
    Server.prototype.close.call(server, resolve)
    server.closeAllConnections()
  })

const acts = { start: listen, stop: close, close }

parentPort.on('message', async (act) => {
  await acts[act]()
  parentPort.postMessage(act)
  if (act === 'close') parentPort.close()
})

await listen()
parentPort.postMessage(port)
