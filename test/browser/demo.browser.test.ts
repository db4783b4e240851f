import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { accessible } from './back-office/accessible.ts'
import { answered } from './back-office/answered.ts'
import { engines } from './back-office/engines.ts'
import { figures } from './back-office/figures.ts'
import { filters } from './back-office/filters.ts'
import { freshness } from './back-office/freshness.ts'
import { live } from './back-office/live.ts'
import { closeOffice, closePage, openOffice, openPage } from './back-office/office.ts'
import { tenancy } from './back-office/tenancy.ts'

beforeAll(openOffice)
afterAll(closeOffice)
beforeEach(openPage)
afterEach(closePage)

describe('tenancy', tenancy)
describe('figures', figures)
describe('freshness', freshness)
describe('filters', filters)
describe('how a report was answered', answered)
describe('accessible', accessible)
describe('live', live)
describe('engines', engines)
