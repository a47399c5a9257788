import { z } from '@hono/zod-openapi';
import { idParam, pageOf, pageQuery, route } from './route.ts';
import { doneSchema, permissionSchema, roleSchema, timeSchema } from './values.ts';

export const sessionSchema = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string().nullable() }),
    roles: z.array(roleSchema),
    permissions: z.array(permissionSchema),
    expiresAt: timeSchema,
  })
  .openapi('Session');

export const signInOptions = route({
  method: 'get',
  path: '/sign-in',
  tag: 'People',
  summary: 'How one can sign in here',
  needs: 'none',
  ok: z.object({
    oidc: z.object({ name: z.string(), start: z.string() }).nullable(),
    oneTimeToken: z.literal(true),
  }),
});

export const signIn = route({
  method: 'post',
  path: '/session',
  tag: 'People',
  summary: 'Sign in with a one-time token; sets a cookie',
  needs: 'none',
  body: z.object({ token: z.string().min(10).max(200) }),
  ok: sessionSchema,
});

export const currentSession = route({
  method: 'get',
  path: '/session',
  tag: 'People',
  summary: 'Who is asking',
  needs: 'any',
  ok: sessionSchema,
});

export const signOut = route({
  method: 'delete',
  path: '/session',
  tag: 'People',
  summary: 'Sign out',
  needs: 'any',
  ok: doneSchema,
});

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    issuer: z.string(),
    roles: z.array(roleSchema),
    groups: z.array(z.string()),
    createdAt: timeSchema,
    lastSeenAt: timeSchema.nullable(),
    disabledAt: timeSchema.nullable(),
  })
  .openapi('User');

export const listUsers = route({
  method: 'get',
  path: '/users',
  tag: 'People',
  summary: 'List people',
  needs: 'audit',
  query: pageQuery,
  ok: pageOf(userSchema),
});

export const createUser = route({
  method: 'post',
  path: '/users',
  tag: 'People',
  summary: 'Add a person, with a link to sign in once',
  needs: 'administer',
  body: z.object({
    name: z.string().trim().min(1).max(200),
    email: z.email().optional(),
    roles: z.array(roleSchema).min(1),
    groups: z.array(z.string().max(100)).max(50).default([]),
  }),
  ok: z.object({ user: userSchema, signInPath: z.string(), expiresAt: timeSchema }),
  status: 201,
});

export const updateUser = route({
  method: 'patch',
  path: '/users/{id}',
  tag: 'People',
  summary: 'Change what a person may do; disabling ends sessions and tokens',
  needs: 'administer',
  params: idParam,
  body: z.object({
    roles: z.array(roleSchema).optional(),
    groups: z.array(z.string().max(100)).max(50).optional(),
    email: z.email().nullable().optional(),
    disabled: z.boolean().optional(),
  }),
  ok: userSchema,
});

export const renewSignIn = route({
  method: 'post',
  path: '/users/{id}/sign-in',
  tag: 'People',
  summary: 'Make a new link to sign in once',
  needs: 'administer',
  params: idParam,
  ok: z.object({ signInPath: z.string(), expiresAt: timeSchema }),
  status: 201,
});

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(permissionSchema),
    createdAt: timeSchema,
    expiresAt: timeSchema,
    revokedAt: timeSchema.nullable(),
    lastUsedAt: timeSchema.nullable(),
  })
  .openapi('Token');

export const listTokens = route({
  method: 'get',
  path: '/tokens',
  tag: 'People',
  summary: 'Your own tokens',
  needs: 'any',
  query: pageQuery,
  ok: pageOf(tokenSchema),
});

export const createToken = route({
  method: 'post',
  path: '/tokens',
  tag: 'People',
  summary: 'Make a token; it is shown once',
  needs: 'any',
  body: z.object({
    name: z.string().trim().min(1).max(100),
    scopes: z.array(permissionSchema).min(1),
    days: z.number().int().min(1).max(365).default(90),
  }),
  ok: z.object({ token: tokenSchema, secret: z.string() }),
  status: 201,
});

export const revokeToken = route({
  method: 'delete',
  path: '/tokens/{id}',
  tag: 'People',
  summary: 'Revoke a token',
  needs: 'any',
  params: idParam,
  ok: doneSchema,
});
