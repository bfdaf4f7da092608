import type { FeedState } from '@telewire/client';

/** What to say while the line is too slow for what a widget asks for (PROTOCOL R32). */
export function slowWords({ degraded }: Pick<FeedState, 'degraded'>): string | undefined {
  switch (degraded) {
    case 'extremes':
      return 'slow line: extremes kept, the rest withheld';
    case 'latest':
      return 'slow line: only the latest come';
    case 'paused':
      return 'slow line: paused until it can carry more';
    default:
      return undefined;
  }
}
