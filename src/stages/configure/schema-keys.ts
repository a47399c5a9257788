import type { z } from 'zod';

/** Keys a schema allows at a path, through optionals and arrays. */
export function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: unknown = unwrap(schema);
  for (const part of path) {
    const { element, shape } = current as {
      element?: z.ZodType;
      shape?: Record<string, z.ZodType>;
    };
    current = unwrap(typeof part === 'number' ? element : shape?.[String(part)]);
  }
  return Object.keys((current as { shape?: object } | undefined)?.shape ?? {});
}

/** Of optionals and the like; an array can be unwrapped as well, but is a step of the path. */
function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  const { unwrap: inner, element } = (schema ?? {}) as {
    unwrap?: () => z.ZodType;
    element?: z.ZodType;
  };
  return inner === undefined || element !== undefined ? schema : unwrap(inner.call(schema));
}
