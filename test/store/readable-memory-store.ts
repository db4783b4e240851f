import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import type { MemoryStream } from '../../src/store/memory/memory-stream.ts'

/** One whose contents a test looks at. */
export class ReadableMemoryStore extends MemoryStore {
  contents(stream = 'main'): MemoryStream {
    return this.stream(stream)
  }
}
