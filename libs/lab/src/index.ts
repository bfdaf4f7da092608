export { LabError } from './lab-error.js';
export type { LabErrorReason } from './lab-error.js';
export { isLabOn, LabSession } from './lab-session.js';
export type { LabOptions } from './lab-session.js';
export type { AgeHistogram, LaneReport } from './lane-report.js';
export { Race, REPORT_MS } from './race.js';
export type { RaceOptions, RaceTerms } from './race.js';
