const ASK_MS = 2_000;

/** What `/health/ready` says: `true`, the reasons why not, `no answer` when nothing reacts, or `not there` when nothing listens. */
export async function readiness(url: string): Promise<string | true> {
  let response: Response;
  try {
    response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ASK_MS) });
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'no answer' : 'not there';
  }
  const { ready, reasons } = (await response.json()) as { ready: boolean; reasons: string[] };
  if (ready !== response.ok) throw new Error(`ready: ${ready} with HTTP ${response.status}`);
  return ready || reasons.join('; ');
}
