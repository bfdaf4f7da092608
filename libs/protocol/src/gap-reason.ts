/** Why readings were lost. */
export const GAP_REASONS = ['slow', 'evicted', 'restarted', 'ahead'] as const;
/** Why readings were lost. */
export type GapReason = (typeof GAP_REASONS)[number];
