import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { accessible } from './back-office/accessible.ts'
import { answered } from './back-office/answered.ts'
import { embedded } from './back-office/embedded.ts'
import { engines } from './back-office/engines.ts'
import { figures } from './back-office/figures.ts'
import { filters } from './back-office/filters.ts'
import { freshness } from './back-office/freshness.ts'
import { live } from './back-office/live.ts'
import { closeOffice, closePage, openOffice, openPage } from './back-office/office.ts'
import { pictures } from './back-office/pictures.ts'
import { tenancy } from './back-office/tenancy.ts'

beforeAll(openOffice)
afterAll(closeOffice)
beforeEach(openPage)
afterEach(closePage)

// Before anything is written.
describe('pictures', pictures)
describe('tenancy', tenancy)
describe('figures', figures)
describe('freshness', freshness)
describe('filters', filters)
describe('how a report was answered', answered)
describe('accessible', accessible)
describe('embedded', embedded)
describe('live', live)
describe('engines', engines)
