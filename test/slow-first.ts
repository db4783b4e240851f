import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes long, the longest first: the longest that is begun last is waited for by itself. */
const slow = ['src/store/dynamodb/', 'test/cli/', 'test/deployment/', 'test/recovery/', 'examples/', 'test/']

/** Begins with the files that take longest, also where no former run has said which those are. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const file = relative(process.cwd(), moduleId)
  const found = slow.findIndex((folder) => file.startsWith(folder))
  return found === -1 ? slow.length : found
}
