const ASK_MS = 2_000;

/** What `/health/ready` says: `true`, the reasons why not, `no answer` when nothing reacts, or `not there` when nothing listens. */
export async function readiness(url: string): Promise<string | true> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ASK_MS) });
    const { ready, reasons } = (await response.json()) as { ready: boolean; reasons: string[] };
    if (ready !== response.ok) throw new Error(`ready: ${ready} with HTTP ${response.status}`);
    return ready || reasons.join('; ');
  } catch (error) {
    const { name } = error as Error;
    if (name === 'TimeoutError') return 'no answer';
    // That is how fetch says that there was no answer at all.
    if (name === 'TypeError') return 'not there';
    throw error;
  }
}
