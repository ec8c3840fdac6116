import { timeSchema } from './metadata.ts';
import { field, int, struct, text } from './schema.ts';

/** metav1.Condition, as controllers write it into a status. */
export const conditionSchema = struct('v1.Condition', {
  type: field('Type', text({ maxLength: 316 }), { always: true }),
  status: field('Status', text({ go: 'v1.ConditionStatus', enum: ['True', 'False', 'Unknown'] }), { always: true }),
  observedGeneration: field('ObservedGeneration', int('int64')),
  lastTransitionTime: field('LastTransitionTime', timeSchema, { always: true }),
  reason: field('Reason', text({ minLength: 1, maxLength: 1024 }), { always: true }),
  message: field('Message', text({ maxLength: 32768 }), { always: true }),
});
