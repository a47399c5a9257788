-- People, what they may do, and how they come in.

create table user_account (
  id bigint generated always as identity primary key,
  -- Issuer and subject of the identity provider, or 'local'.
  issuer text not null,
  subject text not null,
  name text not null,
  email text,
  roles text[] not null default '{}',
  groups text[] not null default '{}',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  disabled_at timestamptz,
  unique (issuer, subject)
);

-- A sign-in by one-time token: the first admin's, or one that an admin made for somebody.
create table sign_in_token (
  hash bytea primary key,
  user_id bigint not null references user_account (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table session (
  hash bytea primary key,
  user_id bigint not null references user_account (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  user_agent text not null default ''
);
create index session_account on session (user_id);

create table api_token (
  id bigint generated always as identity primary key,
  user_id bigint not null references user_account (id) on delete cascade,
  name text not null,
  hash bytea not null unique,
  -- Permissions, never more than the user's roles give.
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create index api_token_user on api_token (user_id);

-- A request that changes something is answered once; the same key gets the same answer.
create table idempotency_key (
  user_id bigint not null references user_account (id) on delete cascade,
  key text not null,
  request_hash bytea not null,
  -- Null while it is worked on; past `locked_until` that was interrupted, and nobody knows how far
  -- it came.
  status int,
  body jsonb,
  locked_until timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- Somebody was sent to the identity provider and is expected back, once. Bound to the browser by a
-- cookie with the state.
create table oidc_sign_in (
  -- SHA-256 of the state.
  state_hash bytea primary key,
  nonce text not null,
  code_verifier text not null,
  -- Path on the page.
  return_to text not null,
  expires_at timestamptz not null
);
