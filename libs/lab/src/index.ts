export type { AgeHistogram, LaneReport } from './lane-report.js';
