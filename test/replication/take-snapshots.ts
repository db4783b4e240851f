import { openStandbySnapshot } from '../../src/replication/standby-snapshot.ts'
import { settingsOf } from './source-database.ts'

/** A process that takes snapshots of a standby until it is killed. */
const standby = settingsOf(JSON.parse(process.env.MILLRACE_STANDBY ?? ''))
for (;;) {
  const snapshot = await openStandbySnapshot(standby)
  process.stdout.write('.')
  await snapshot.release()
}
