import { brokerName } from './broker.js';
import { readSettings, SettingsError, USAGE } from './config.js';
import { keepHealthFile } from './health-file.js';
import { Simulation } from './simulation.js';

function main(): void {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings === 'help') return console.log(USAGE);

  const simulation = new Simulation(settings, settings, Date.now(), (line) => console.log(`simulator: ${line}`));
  console.log(`simulator: ${simulation.devices} devices (seed ${settings.seed}) at ${brokerName(settings)}`);
  simulation.start();
  const endHealth = healthFileOf(settings.healthFile, () => simulation.connected);

  const end = (): void => {
    endHealth();
    void simulation.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

/** A health file that cannot be written is said, and no reason not to play. */
function healthFileOf(path: string | undefined, healthy: () => boolean): () => void {
  try {
    if (path !== undefined) return keepHealthFile(path, healthy);
  } catch (error) {
    console.error(`simulator: HEALTH_FILE cannot be written: ${(error as Error).message}`);
  }
  return () => {};
}

try {
  main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`simulator: ${error.message}`);
  process.exitCode = 2;
}
