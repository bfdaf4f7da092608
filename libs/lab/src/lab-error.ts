/**
 * Why there is no lab. `off`: this gateway has none; `full`: it has too many sessions, or makes too many readings for them;
 * `unreachable`: nothing answers; `refused`: it said no; `ended`: the session is over, for it lives as long as the line to it.
 */
export type LabErrorReason = 'off' | 'full' | 'unreachable' | 'refused' | 'ended';

/** What a {@link LabSession} throws; the message is a short sentence for people. */
export class LabError extends Error {
  override readonly name = 'LabError';

  constructor(
    readonly reason: LabErrorReason,
    message: string,
  ) {
    super(message);
  }

  /** The error that an answer means which is not the one asked for. */
  static async of(response: Response): Promise<LabError> {
    const said = await messageOf(response);
    switch (response.status) {
      case 404:
        return new LabError('off', 'this gateway has no lab');
      case 429:
      case 503:
        return new LabError('full', said ?? 'too many sessions run at this gateway; try again later');
      default:
        return new LabError('refused', said ?? `the gateway answered ${response.status}`);
    }
  }
}

/** What an error of the gateway says (PROTOCOL R21). */
async function messageOf(response: Response): Promise<string | undefined> {
  try {
    const body = (await response.json()) as { type?: unknown; message?: unknown };
    // Without `type` it is a framework's own page, which says no more than the status.
    return body.type === 'error' && typeof body.message === 'string' ? body.message : undefined;
  } catch {
    return undefined; // not JSON: a proxy's page
  }
}
