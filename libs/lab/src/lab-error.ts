/**
 * Why there is no lab. `off`: this gateway has none; `full`: it has too many sessions, or makes too many readings for them;
 * `unreachable`: nothing answers; `refused`: it said no; `ended`: the session is over, for it lives as long as the line to it;
 * `gone`: the session goes on, but not the connection that something was to be done to.
 */
export type LabErrorReason = 'off' | 'full' | 'unreachable' | 'refused' | 'ended' | 'gone';

/** What a {@link LabSession} throws; the message is a short sentence for people. */
export class LabError extends Error {
  override readonly name = 'LabError';

  constructor(
    readonly reason: LabErrorReason,
    message: string,
  ) {
    super(message);
  }

  /** True where there is no session any more, or nobody to tell; after the others it goes on as it was. */
  get isEnd(): boolean {
    return this.reason === 'ended' || this.reason === 'unreachable';
  }

  /** The error that an answer means which is not the one asked for. */
  static async of(response: Response): Promise<LabError> {
    const { reason, message } = await errorOf(response);
    switch (response.status) {
      case 404:
        if (reason === 'no-session') return new LabError('ended', 'the session is over');
        if (reason === 'no-connection') return new LabError('gone', 'the connection is closed');
        return new LabError('off', 'this gateway has no lab');
      case 429:
      case 503:
        return new LabError('full', message ?? 'too many sessions run at this gateway; try again later');
      default:
        return new LabError('refused', message ?? `the gateway answered ${response.status}`);
    }
  }
}

/** What an error of the gateway says (PROTOCOL R21). */
async function errorOf(response: Response): Promise<{ reason?: unknown; message?: string }> {
  try {
    const { type, reason, message } = (await response.json()) as Record<string, unknown>;
    // Without `type` it is a framework's own page, which says no more than the status.
    return type === 'error' && typeof message === 'string' ? { reason, message } : {};
  } catch {
    return {}; // not JSON: a proxy's page
  }
}
