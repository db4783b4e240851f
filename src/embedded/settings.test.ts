import { expect, test } from 'vitest'
import { settingLines } from './settings.ts'

test('a value keeps its quotes and backslashes', () => {
  expect(settingLines({ 'app.note': String.raw`it's C:\temp`, work_mem: '4MB' })).toBe(
    "app.note = 'it''s C:\\\\temp'\nwork_mem = '4MB'\n",
  )
})

test('what would become another line of the file is refused', () => {
  expect(() => settingLines({ work_mem: "1MB'\nfsync = 'on" })).toThrow(/work_mem/)
  expect(() => settingLines({ 'work_mem = 1MB #': 'x' })).toThrow(/cannot be written/)
})
