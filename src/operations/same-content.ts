import type { Resource } from '../kinds/resource.ts';

/** Whether two versions of an object differ in anything a person wrote. */
export function sameContent(a: Resource, b: Resource): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf({ metadata, spec, status }: Resource): string {
  const { labels = {}, annotations = {} } = metadata;
  const sorted = (map: Readonly<Record<string, string>>): unknown =>
    Object.entries(map).sort(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify([sorted(labels), sorted(annotations), spec, status ?? null], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
