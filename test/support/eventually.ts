const PATIENCE_MS = 40_000;
const PAUSE_MS = 50;

/** Tries again and again until `attempt` no longer throws; throws its last error when patience runs out. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
