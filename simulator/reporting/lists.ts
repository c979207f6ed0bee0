import type { AuthorisedCall } from './api.js';
import { CONTACT_STATES, ENTRY_POINTS, HANDLED, MEDIA, SERVED, SKILLS, TEAMS } from './legs/directory.js';

/** Short documents about the tenant, by their path below the version, in lower case. */
export const LISTS: Readonly<Record<string, (call: AuthorisedCall) => object>> = {
  skills: () => ({ totalRecords: SKILLS.length, skills: SKILLS.map((skill) => ({ ...skill, isActive: true })) }),
  teams: () => ({
    totalRecords: TEAMS.length,
    teams: TEAMS.map(({ id, name }) => ({ teamId: id, teamName: name, isActive: true })),
  }),
  'points-of-contact': () => ({
    pointsOfContact: ENTRY_POINTS.map(({ id, name }) => ({
      contactCode: id,
      contactDescription: name,
      isActive: true,
    })),
  }),
  'media-types': () => ({
    mediaTypes: Object.entries(MEDIA).map(([id, name]) => ({ mediaTypeId: Number(id), mediaTypeName: name })),
  }),
  dispositions: () => ({
    dispositions: [SERVED, HANDLED].map(({ id, name }) => ({ dispositionId: id, dispositionName: name })),
  }),
  'contact-state-descriptions': () => ({
    contactStateDescriptions: CONTACT_STATES.map(([id, description, category]) => ({
      ContactStateCategory: category,
      ContactStateDescription: description,
      ContactStateId: id,
    })),
  }),
  'business-unit': ({ tenant }) => ({
    businessUnits: [
      {
        businessUnitId: tenant.businessUnitId,
        tenantId: tenant.tenantId,
        businessUnitName: tenant.org,
        defaultTimeZone: 'Central Standard Time',
        timeZones: [{ displayName: '(UTC-06:00) Central Time', standardName: 'Central Standard Time' }],
      },
    ],
  }),
  'server-time': ({ nowMs }) => ({ serverTime: new Date(nowMs).toISOString() }),
};
