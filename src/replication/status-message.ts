import { firstPosition, numberOf, type Position } from './position.ts'

const millisecondsTo2000 = 946_684_800_000n

/**
 * The message that tells the server how far its reader has come (R1): written, flushed and applied are all what is durable, never
 * what was merely received. Before anything is, it says nothing but that the reader lives.
 */
export function statusMessage(durable: Position = firstPosition, asksForReply = false): Buffer {
  const message = Buffer.alloc(34)
  message[0] = 0x72
  const lsn = numberOf(durable)
  for (const at of [1, 9, 17]) message.writeBigUInt64BE(lsn, at)
  message.writeBigInt64BE((BigInt(Date.now()) - millisecondsTo2000) * 1000n, 25)
  message[33] = asksForReply ? 1 : 0
  return message
}
