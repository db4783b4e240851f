import { query } from '../src/embedded/database.ts'
import { readSource } from '../src/fold/source-text.ts'
import { type FindingDatabase, type FindingStore, findingDatabase } from './finding-database.ts'
import { findingTables, namesOf } from './finding-reports.ts'
import { type MachineLoad, watchMachine } from './machine-load.ts'
import type { ProfileShare } from './profile.ts'
import type { DecodeAnswer, DecodeQuestion, DecodeStart } from './program/decode.ts'
import type { FoldAnswer, FoldQuestion, FoldStart } from './program/fold.ts'
import { type Program, startProgram } from './program.ts'
import { median, middle } from './statistics.ts'
import { printTable, times, whole } from './table.ts'
import { printVerdict } from './verdict.ts'

const rounds = 4
/** The table before it is changed, as a share of the changes to it. */
const tableShare = 0.2
const { findings } = findingTables.all

type Folder = Program<object, FoldQuestion, FoldAnswer>
type Decoder = Program<object, DecodeQuestion, DecodeAnswer>

/** A fold of so many rollups, with a store and a slot of its own. */
interface Side extends FindingStore {
  readonly rollups: number
  readonly folder: Folder
}

/** Changes of one kind, decoded only, and folded by one side. */
interface Course {
  readonly kind: string
  readonly side: Side
  readonly floor: number
  readonly rounds: { readonly decoded: DecodeAnswer; readonly folded: FoldAnswer }[]
  profile: readonly ProfileShare[]
}

/** Changes that wait in the log: folded into the store, and decoded and thrown away. */
export async function foldThroughput({ rows }: { readonly rows: number }): Promise<void> {
  await using database = await findingDatabase({ standby: false, tenants: 100 })
  const before = Math.round(rows * tableShare)
  await database.addTable('finding', before)
  await database.prepare([findings])
  const decoder: Decoder = await startProgram<DecodeStart, object, DecodeQuestion, DecodeAnswer>('decode', {
    source: database.source,
  })
  const sides = [await startSide(database, 1), await startSide(database, 4)]
  let inserted = before
  const kinds = [
    {
      ...{ kind: 'inserts', floor: 0.35 },
      write: (changes: number) => {
        inserted += changes
        return database.insertRows('finding', inserted - changes + 1, inserted)
      },
    },
    { kind: 'random updates', floor: 0.1, write: (changes: number) => database.updateRows('finding', changes) },
  ]
  const loadOf = watchMachine()
  const courses: Course[] = []
  for (const { kind, floor, write } of kinds) {
    const ofKind = sides.map((side): Course => ({ kind, side, floor, rounds: [], profile: [] }))
    // A process that has just begun compiles its JavaScript: the first block counts for nothing, and neither does one that is profiled.
    for (let at = -1; at <= rounds; at++) {
      const isCounted = at >= 0 && at < rounds
      await write(Math.round(rows / rounds / (isCounted ? 1 : 4)))
      const courses = at % 2 === 0 ? ofKind : ofKind.toReversed()
      const decoded = await decode(database, decoder, courses[0]?.side as Side)
      for (const course of courses) {
        const folded = await fold(course.side, decoded, at === rounds)
        if (isCounted) course.rounds.push({ decoded, folded })
        else course.profile = folded.profile ?? []
      }
    }
    courses.push(...ofKind)
  }
  const load = loadOf()
  await Promise.all([decoder, ...sides.map(({ folder }) => folder)].map((program) => program.close()))
  print(courses, rows, load)
}

async function startSide(database: FindingDatabase, rollups: number): Promise<Side> {
  const target = await database.addStore(`store_of_${rollups}`)
  const reports = namesOf(findingTables.all, rollups)
  const { source, tenants } = database
  const folder: Folder = await startProgram<FoldStart, object, FoldQuestion, FoldAnswer>('fold', {
    ...{ source, store: target.connection, reports, tenants },
  })
  await folder.ask({ do: 'start' })
  await folder.ask({ do: 'built', builds: rollups * tenants.length })
  await folder.ask({ do: 'stop' })
  return { ...target, rollups, folder }
}

interface Decoded extends DecodeAnswer {
  readonly until: string
}

/** What waits in the slot of a side, and in that of each other; it stays there. */
async function decode(database: FindingDatabase, decoder: Decoder, { store }: Side): Promise<Decoded> {
  const { position: after, source } = await store.progress('main')
  const slot = readSource(source)?.slot ?? ''
  const until = await database.position()
  // What was written is not to be written out meanwhile.
  await query(database.source, 'checkpoint')
  return { until, ...(await decoder.ask({ slot, after, until })) }
}

/** The same, folded. */
async function fold({ folder }: Side, { until, changes }: Decoded, isProfiled: boolean): Promise<FoldAnswer> {
  await folder.ask({ do: 'start', isProfiled })
  const folded = await folder.ask({ do: 'reached', position: until })
  const { profile, troubles } = await folder.ask({ do: 'stop' })
  if (troubles.length > 0) throw new Error(`the fold had troubles: ${troubles.join('; ')}`)
  if (folded.changes !== changes) throw new Error(`${folded.changes} changes were folded, and ${changes} decoded`)
  return { ...folded, ...(profile === undefined ? {} : { profile }) }
}

const ratioOf = ({ rounds }: Course) => middle(rounds.map(({ decoded, folded }) => decoded.seconds / folded.seconds))

function print(courses: readonly Course[], rows: number, load: MachineLoad): void {
  console.log(`${whole(rows)} changes of each kind in ${rounds} blocks, in 100 tenants, into PostgreSQL:\n`)
  const microsecondsEach = ({ cpu, changes }: DecodeAnswer) => (cpu / changes) * 1e6
  printTable(
    ['', 'rollups', 'decoded/s', 'CPU each', 'folded/s', 'CPU each', 'ratio', 'middle half', 'batches', 'counters'],
    courses.map((course) => {
      const of = (figure: (round: Course['rounds'][number]) => number) => median(course.rounds.map(figure))
      const { median: ratio, low, high } = ratioOf(course)
      return [
        course.kind,
        String(course.side.rollups),
        whole(of(({ decoded }) => decoded.changes / decoded.seconds)),
        `${of(({ decoded }) => microsecondsEach(decoded)).toFixed(1)} µs`,
        whole(of(({ folded }) => folded.changes / folded.seconds)),
        `${of(({ folded }) => microsecondsEach(folded)).toFixed(1)} µs`,
        times(ratio),
        `${low.toFixed(2)} to ${high.toFixed(2)}`,
        whole(of(({ folded }) => folded.batches)),
        whole(of(({ folded }) => folded.counters)),
      ]
    }),
  )
  console.log('\n  Where the time of the fold goes (share of its process, one block more, under the profiler):\n')
  printProfiles(courses)
  for (const course of courses) {
    const { median } = ratioOf(course)
    const claim = `${course.kind}, ${course.side.rollups} rollup${course.side.rollups === 1 ? '' : 's'}: ${times(median)} as fast as the decoder alone; at least ${times(course.floor)}`
    printVerdict(median >= course.floor, claim, load)
  }
}

/** Parts that nowhere have a hundredth are put together. */
function printProfiles(courses: readonly Course[]): void {
  const totals = courses.map(({ profile }) => profile.reduce((sum, { seconds }) => sum + seconds, 0))
  const share = (part: string, at: number) =>
    (courses[at]?.profile.find((each) => each.part === part)?.seconds ?? 0) / (totals[at] ?? 1)
  const parts = [...new Set(courses.flatMap(({ profile }) => profile.map(({ part }) => part)))]
  const shown = parts.filter((part) => courses.some((_, at) => share(part, at) >= 0.01))
  const percent = (value: number) => `${(value * 100).toFixed(0)} %`
  printTable(
    ['', ...courses.map(({ kind, side }) => `${kind}, ${side.rollups}`)],
    [
      ...shown.map((part) => [part, ...courses.map((_, at) => percent(share(part, at)))]),
      ['others', ...courses.map((_, at) => percent(1 - shown.reduce((sum, part) => sum + share(part, at), 0)))],
    ],
  )
}
