import { timeSchema } from './metadata.ts';
import { field, int, struct, text } from './schema.ts';

/** A label key: an optional DNS subdomain and a name. */
const TYPE =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$';
const REASON = '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$';
const pattern = (source: string) => ({ text: source, test: new RegExp(source) });

/** metav1.Condition, as controllers write it into a status. */
export const conditionSchema = struct('v1.Condition', {
  type: field('Type', text({ maxLength: 316, pattern: pattern(TYPE) }), { always: true, required: true }),
  status: field('Status', text({ go: 'v1.ConditionStatus', enum: ['True', 'False', 'Unknown'] }), {
    always: true,
    required: true,
  }),
  observedGeneration: field('ObservedGeneration', int('int64', { min: 0 })),
  lastTransitionTime: field('LastTransitionTime', timeSchema, { always: true, required: true }),
  reason: field('Reason', text({ minLength: 1, maxLength: 1024, pattern: pattern(REASON) }), {
    always: true,
    required: true,
  }),
  message: field('Message', text({ maxLength: 32768 }), { always: true, required: true }),
});
