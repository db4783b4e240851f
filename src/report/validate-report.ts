import type { ReportDefinition } from './report.ts'

export function validateReport(_report: ReportDefinition): void {}
