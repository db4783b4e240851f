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

/** Changes of one kind folded by one side, and decoded only. */
interface Course {
  readonly kind: string
  readonly rollups: number
  readonly floor: number
  readonly decoded: DecodeAnswer[]
  readonly folded: FoldAnswer[]
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
    const ofKind = sides.map(
      ({ rollups }) => ({ kind, rollups, floor, decoded: [], folded: [], profile: [] }) as Course,
    )
    // A process that has just begun compiles its JavaScript: the first round counts for nothing, and neither does one that is profiled.
    await write(Math.round(rows / rounds / 4))
    for (const side of sides) await block(database, decoder, side)
    for (let round = 0; round < rounds; round++) {
      await write(Math.round(rows / rounds))
      for (const [at, side] of sides.entries()) {
        const { decoded, folded } = await block(database, decoder, side)
        ofKind[at]?.decoded.push(decoded)
        ofKind[at]?.folded.push(folded)
      }
    }
    await write(Math.round(rows / rounds))
    for (const [at, side] of sides.entries()) {
      const { folded } = await block(database, decoder, side, true)
      if (ofKind[at] !== undefined) ofKind[at].profile = folded.profile ?? []
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

/** What waits in the side's slot: decoded only, which leaves it there, and then folded. */
async function block(
  database: FindingDatabase,
  decoder: Decoder,
  { store, folder }: Side,
  isProfiled = false,
): Promise<{ readonly decoded: DecodeAnswer; readonly folded: FoldAnswer }> {
  const { position: after, source } = await store.progress('main')
  const slot = readSource(source)?.slot ?? ''
  const until = await database.position()
  // What was written is not to be written out meanwhile.
  await query(database.source, 'checkpoint')
  const decoded = await decoder.ask({ slot, after, until })
  await folder.ask({ do: 'start', isProfiled })
  const folded = await folder.ask({ do: 'reached', position: until })
  const { profile, troubles } = await folder.ask({ do: 'stop' })
  if (troubles.length > 0) throw new Error(`the fold had troubles: ${troubles.join('; ')}`)
  if (folded.changes !== decoded.changes)
    throw new Error(`${folded.changes} changes were folded, and ${decoded.changes} decoded`)
  return { decoded, folded: { ...folded, ...(profile === undefined ? {} : { profile }) } }
}

const ratioOf = ({ decoded, folded }: Course) =>
  middle(folded.map(({ seconds }, round) => (decoded[round]?.seconds ?? 0) / seconds))

function print(courses: readonly Course[], rows: number, load: MachineLoad): void {
  const perSecond = (answers: readonly DecodeAnswer[]) =>
    whole(median(answers.map(({ changes, seconds }) => changes / seconds)))
  const of = (answers: readonly FoldAnswer[], figure: (answer: FoldAnswer) => number) => median(answers.map(figure))
  console.log(`${whole(rows)} changes of each kind in ${rounds} blocks, in 100 tenants, into PostgreSQL:\n`)
  printTable(
    ['', 'rollups', 'decoded/s', 'folded/s', 'ratio', 'middle half', 'floor', 'CPU a change', 'batches', 'counters'],
    courses.map((course) => {
      const { median, low, high } = ratioOf(course)
      return [
        course.kind,
        String(course.rollups),
        perSecond(course.decoded),
        perSecond(course.folded),
        median.toFixed(2),
        `${low.toFixed(2)} to ${high.toFixed(2)}`,
        String(course.floor),
        `${((of(course.folded, ({ cpu }) => cpu) * 1e6) / of(course.folded, ({ changes }) => changes)).toFixed(1)} µs`,
        whole(of(course.folded, ({ batches }) => batches)),
        whole(of(course.folded, ({ counters }) => counters)),
      ]
    }),
  )
  console.log('\n  Where the time of the fold goes (share of its process, one block more, under the profiler):\n')
  printProfiles(courses)
  for (const course of courses) {
    const { median } = ratioOf(course)
    const claim = `${course.kind}, ${course.rollups} rollup${course.rollups === 1 ? '' : 's'}: ${times(median)} as fast as the decoder alone; at least ${times(course.floor)}`
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
    ['', ...courses.map(({ kind, rollups }) => `${kind}, ${rollups}`)],
    [
      ...shown.map((part) => [part, ...courses.map((_, at) => percent(share(part, at)))]),
      ['others', ...courses.map((_, at) => percent(1 - shown.reduce((sum, part) => sum + share(part, at), 0)))],
    ],
  )
}
