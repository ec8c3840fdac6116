import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/datastore/kubernetes/api.ts';
import { translate } from '../../../src/datastore/kubernetes/errors.ts';

const REF = { kind: 'IPPool', name: 'foo' };
const INVALID = 'FieldValueInvalid';

describe('translate()', () => {
  it.each([
    ['AlreadyExists', 409, [], 'AlreadyExists: resource already exists: IPPool(foo) with error: TEXT'],
    ['NotFound', 404, [], 'NotFound: resource does not exist: IPPool(foo) with error: TEXT'],
    ['', 404, [], 'NotFound: resource does not exist: IPPool(foo) with error: TEXT'],
    ['SomethingNew', 404, [], 'NotFound: resource does not exist: IPPool(foo) with error: TEXT'],
    ['Forbidden', 403, [], 'Unauthorized: connection is unauthorized: TEXT'],
    ['Unauthorized', 401, [], 'Unauthorized: connection is unauthorized: TEXT'],
    ['', 401, [], 'Unauthorized: connection is unauthorized: TEXT'],
    ['Conflict', 409, [], 'Conflict: update conflict: IPPool(foo)'],
    ['Expired', 410, [], 'ServerError: TEXT'],
    ['Gone', 410, [{ field: 'metadata.uid', reason: INVALID }], 'ServerError: TEXT'],
    ['Invalid', 422, [], 'ServerError: TEXT'],
    ['Invalid', 422, [{ field: 'spec.cidr', reason: INVALID }], 'ServerError: TEXT'],
    [
      'Invalid',
      422,
      [{ field: 'metadata.uid', reason: INVALID }],
      'NotFound: resource does not exist: IPPool(foo) with error: TEXT',
    ],
    [
      'Invalid',
      422,
      [
        { field: 'metadata.resourceVersion', reason: INVALID },
        { field: 'metadata.uid', reason: INVALID },
      ],
      'NotFound: resource does not exist: IPPool(foo) with error: TEXT',
    ],
    [
      'Invalid',
      422,
      [{ field: 'metadata.resourceVersion', reason: INVALID }],
      'Conflict: update conflict: IPPool(foo)',
    ],
    [
      'Invalid',
      422,
      [
        { field: 'metadata.resourceVersion', reason: INVALID },
        { field: 'spec.cidr', reason: INVALID },
      ],
      'ServerError: TEXT',
    ],
    ['Invalid', 422, [{ field: 'metadata.resourceVersion', reason: 'FieldValueRequired' }], 'ServerError: TEXT'],
    ['InternalError', 500, [], 'ServerError: TEXT'],
    ['', 500, [], 'ServerError: TEXT'],
    ['Invalid', 404, [], 'ServerError: TEXT'],
  ])('takes reason "%s" with status %d and causes %j for %s', (reason, code, causes, expected) => {
    expect(String(translate(new ApiError('TEXT', code, reason, causes), REF))).toBe(expected);
  });

  it('takes a conflict about the uid for an object that is gone', () => {
    const text = 'Operation cannot be fulfilled: Precondition failed: UID in precondition: a, UID in object meta: b';
    expect(String(translate(new ApiError(text, 409, 'Conflict'), REF))).toBe(
      `NotFound: resource does not exist: IPPool(foo) with error: ${text}`,
    );
  });

  it('leaves what is not the server’s answer as it is', () => {
    const error = new Error('x');
    expect(translate(error, REF)).toBe(error);
  });
});
