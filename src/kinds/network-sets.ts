/** What GlobalNetworkSet and NetworkSet have in common. */
import { joinedShort } from './cells.ts';
import type { Cell } from './kind.ts';
import type { Resource } from './resource.ts';
import type { Field, FieldProblem, ListSchema, TextSchema } from './schema.ts';
import { field, list, text } from './schema.ts';

/** The label that Calico itself puts on what lives in a namespace. */
const NAMESPACE_LABEL = 'projectcalico.org/namespace';

/** The members of a set. */
export const nets: Field<ListSchema<TextSchema>> = field('Nets', list(text(), { itemTags: ['cidr'] }), {
  doc: 'The members: networks in CIDR notation, or addresses.',
});

/** The cell with a set's members. */
export const netsCell: Cell = ({ spec }) => {
  const { nets: members } = spec;
  return joinedShort(Array.isArray(members) ? members.map(String) : []);
};

/** Sets may not carry the label that says which namespace an endpoint is in. */
export function checkSetLabels({ metadata }: Resource): readonly FieldProblem[] {
  if (metadata.labels?.[NAMESPACE_LABEL] === undefined) return [];
  const reason = `${NAMESPACE_LABEL} is not a valid label name`;
  const path = `metadata.labels.${NAMESPACE_LABEL}`;
  return [{ name: 'Metadata.Labels (label)', value: NAMESPACE_LABEL, reason, path }];
}
