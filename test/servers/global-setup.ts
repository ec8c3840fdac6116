import { brokerVariable, openBroker } from './broker.ts';

/**
 * Vitest calls this once per run: it offers servers to the workers through an environment variable that they inherit, and
 * starts none by itself, so a run that needs none pays a few milliseconds.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const broker = await openBroker();
  process.env[brokerVariable] = broker.socket;
  return () => broker.close();
}
