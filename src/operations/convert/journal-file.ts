/** The journal beside a plan, which one process at a time has open. */
import type { FileWriter, LineLog } from '../../context.ts';
import { OperationError } from '../errors.ts';
import { Journal } from './journal.ts';
import { Stopped } from './stopped.ts';

const journalPath = (plan: string): string => `${plan}.journal`;

/** Opens the journal of a plan. @throws {Stopped} while another process has it open, and the file's errors */
export async function openJournal(writer: FileWriter, plan: string): Promise<LineLog> {
  const log = await writer.openLog(journalPath(plan));
  if (!('lock' in log)) return log;
  throw new Stopped('conflict', `another run works on ${plan}`, [
    log.foreign
      ? `it runs on another machine or in another container; if it is gone for certain, remove ${log.lock}`
      : 'wait for it, or end it first',
  ]);
}

const AFRESH =
  'its lines show what was written: put that back by hand, or make a plan for the cluster as it is now: calicoctl bgp convert plan --out FILE';

/** Reads what stands in a journal. @throws {OperationError} that names the file, for a damaged one */
export function journalOf(log: LineLog, plan: string, now: () => Date): Journal {
  try {
    return new Journal(log, now);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new OperationError(`the journal ${journalPath(plan)} cannot be read: ${error.message}`, [AFRESH], error);
  }
}
